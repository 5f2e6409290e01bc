### Words of legal texts and consents.

legal-title = Документы
legal-lead = Правила сервисов и обращение с данными.
legal-none = Документов пока нет.
legal-version = Версия { $version }, действует с { $since }
legal-document = Документ
legal-language = Язык
legal-version-number = Версия
legal-published = Опубликован
legal-not-published = Ещё нет
legal-editor-lead = Тексты, которые люди читают и принимают. Каждая правка это новая версия; прежние остаются доступны тем, кто их принял.
legal-heading = Заголовок
legal-body = Текст
legal-body-help = Заголовки начинаются с ##, пункты списка с дефиса. Заполните всё, что в двойных квадратных скобках.
legal-publish = Опубликовать
legal-agree = На что вы соглашаетесь
legal-required = { $title } (нужно для учётной записи)
legal-read = Прочитать:
legal-privacy = Политика конфиденциальности
legal-cookies = Файлы cookie
legal-agreement = Пользовательское соглашение
legal-offer = Оферта для магазинов
legal-refunds = Возврат денег
legal-consent-data = Согласие на обработку персональных данных
legal-consent-transfer = Согласие на передачу данных за границу
legal-consent-news = Согласие на новости и предложения

consents-title = Ваши согласия
consents-lead = Каждое с тем текстом, который был тогда.
consents-given = Дано
consents-withdrawn = Отозвано { $when }
consents-withdraw = Отозвать
consents-holds = Действует, пока есть учётная запись
consents-give = Дать: { $title }
consents-none = Пока ничего
consents-none-note = Здесь появится то, на что вы согласитесь.

done-consent-given = Согласие записано
done-consent-withdrawn = Согласие отозвано
done-legal-published = Новая версия опубликована

error-agreement_missing = Отметьте то, что нужно для учётной записи.
error-legal_text_changed = Тем временем опубликована новая версия. Откройте страницу ещё раз и прочитайте её.
error-consent_required = Это согласие нужно учётной записи. Чтобы отозвать его, удалите учётную запись.
error-legal_title_invalid = Напишите заголовок не длиннее 200 символов.
error-legal_body_invalid = Напишите текст не длиннее 100 000 символов.
error-legal_body_gaps = Заполните всё, что стоит в двойных квадратных скобках, и опубликуйте.

audit-act-account-consent-give = Согласие дано
audit-act-account-consent-withdraw = Согласие отозвано
audit-act-legal-text-publish = Документ опубликован

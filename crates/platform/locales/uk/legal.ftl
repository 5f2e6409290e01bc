### Words of legal texts and consents.

legal-title = Документи
legal-lead = Правила сервісів і поводження з даними.
legal-none = Документів поки немає.
legal-version = Версія { $version }, діє з { $since }
legal-document = Документ
legal-language = Мова
legal-version-number = Версія
legal-published = Опубліковано
legal-not-published = Ще ні
legal-editor-lead = Тексти, які люди читають і приймають. Кожна правка це нова версія; попередні доступні тим, хто їх прийняв.
legal-heading = Заголовок
legal-body = Текст
legal-body-help = Заголовки починаються з ##, пункти списку з дефіса. Заповніть усе, що в подвійних квадратних дужках.
legal-publish = Опублікувати
legal-agree = На що ви погоджуєтеся
legal-required = { $title } (потрібно для облікового запису)
legal-read = Прочитати:
legal-privacy = Політика конфіденційності
legal-cookies = Файли cookie
legal-agreement = Угода користувача
legal-offer = Оферта для магазинів
legal-refunds = Повернення коштів
legal-consent-data = Згода на обробку персональних даних
legal-consent-transfer = Згода на передачу даних за кордон
legal-consent-news = Згода на новини та пропозиції

consents-title = Ваші згоди
consents-lead = Кожна з тим текстом, який був тоді.
consents-given = Надано
consents-withdrawn = Відкликано { $when }
consents-withdraw = Відкликати
consents-holds = Діє, доки є обліковий запис
consents-give = Надати: { $title }
consents-none = Поки нічого
consents-none-note = Тут з’явиться те, на що ви погодитеся.

done-consent-given = Згоду записано
done-consent-withdrawn = Згоду відкликано
done-legal-published = Нову версію опубліковано

error-agreement_missing = Позначте те, що потрібно для облікового запису.
error-legal_text_changed = Тим часом опубліковано нову версію. Відкрийте сторінку ще раз і прочитайте її.
error-consent_required = Ця згода потрібна обліковому запису. Щоб відкликати її, видаліть обліковий запис.
error-legal_title_invalid = Напишіть заголовок не довший за 200 символів.
error-legal_body_invalid = Напишіть текст не довший за 100 000 символів.
error-legal_body_gaps = Заповніть усе, що стоїть у подвійних квадратних дужках, і опублікуйте.

audit-act-account-consent-give = Згоду надано
audit-act-account-consent-withdraw = Згоду відкликано
audit-act-legal-text-publish = Документ опубліковано

coffee-title = Кофе
coffee-sentence = Программа лояльности кофейни: бот для гостей, бот для бариста и панель владельца.
coffee-demo-link = Попробовать боты

# Навигация и списки
coffee-guests = Гости
coffee-guests-lead = Все, кто зарегистрировался в боте.
coffee-guests-search = Имя или телефон
coffee-guests-empty = Гостей пока нет
coffee-guests-empty-note = Гость появится здесь, когда зарегистрируется в боте. Разместите ссылку на бота у кассы.
coffee-guest = Гость
coffee-level = Уровень
coffee-points = Баллы
coffee-drinks = Напитки
coffee-sandwiches = Сэндвичи
coffee-joined = С нами с
coffee-first-name = Имя
coffee-last-name = Фамилия
coffee-phone = Телефон
coffee-birth-date = Дата рождения
coffee-telegram = Telegram ID
coffee-profile = Сведения
coffee-all-orders = Все заказы гостя
coffee-latest-orders = Последние заказы
coffee-latest-points = Последние движения баллов
coffee-guest-orders-empty = Заказов пока нет
coffee-guest-orders-empty-note = Первый заказ появится здесь сразу после продажи.
coffee-guest-points-empty = Движений пока нет
coffee-guest-points-empty-note = Баллы появятся после первого заказа.

coffee-orders = Заказы
coffee-orders-lead = Каждая продажа по коду гостя.
coffee-orders-search = Номер чека
coffee-orders-period = Период
coffee-period-today = Сегодня
coffee-period-week = 7 дней
coffee-period-month = 30 дней
coffee-orders-empty = Заказов пока нет
coffee-orders-empty-note = Продайте что-нибудь в боте бариста: заказ сразу окажется здесь.
coffee-when = Когда
coffee-barista = Бариста
coffee-receipt = Чек
coffee-sum = Сумма

coffee-points-title = Движения баллов
coffee-points-lead = Журнал, в котором ничего не исправляют и не удаляют.
coffee-points-why = За что
coffee-points-change = Изменение
coffee-points-after = Стало
coffee-points-earned = Начислено за заказ
coffee-points-spent = Списано в оплату
coffee-points-empty = Движений пока нет
coffee-points-empty-note = Они появятся после первого заказа.

coffee-baristas = Бариста
coffee-baristas-lead = Кто может продавать через бота.
coffee-baristas-empty = Продавать пока некому
coffee-baristas-empty-note = Добавьте бариста по его Telegram ID: бот сам подскажет этот номер.
coffee-barista-new = Новый бариста
coffee-barista-name = Имя
coffee-barista-telegram-help = Число. Бот бариста показывает его тому, кто ещё не в списке.
coffee-barista-add = Добавить
coffee-barista-state = Доступ
coffee-barista-since = В списке с
coffee-barista-active = Может продавать
coffee-barista-inactive = Отключён
coffee-barista-start = Вернуть доступ
coffee-barista-stop = Отключить
coffee-barista-stop-question = Отключить бариста { $name }?
coffee-barista-stop-consequence = Продавать через бота больше не получится. Прошлые заказы останутся, доступ можно вернуть.
done-coffee-barista-added = Бариста добавлен
done-coffee-barista-started = Доступ возвращён
done-coffee-barista-stopped = Бариста отключён

coffee-rules = Правила
coffee-rules-lead = Действуют со следующей продажи.
coffee-rules-points = Баллы
coffee-rules-till = Касса
coffee-rules-levels = Уровни
coffee-rules-levels-lead = Сколько напитков нужно купить за всё время. Стандарт — с первого визита.
coffee-rules-multipliers = Множители
coffee-rules-multipliers-lead = На сколько умножаются начисленные баллы; 100 % ничего не меняет.
coffee-rules-save = Сохранить
coffee-rule-points-per-100 = Баллов за каждые 100 ₽
coffee-rule-spending-limit-percent = Какую часть суммы можно оплатить баллами
coffee-rule-code-seconds = Сколько действует код
coffee-rule-largest-sale = Наибольшая сумма заказа
coffee-rule-wrong-points-per-100 = От 0 до 100.
coffee-rule-wrong-spending-limit-percent = От 0 до 100 %.
coffee-rule-wrong-code-seconds = От 30 до 600 секунд.
coffee-rule-wrong-largest-sale = От 1 до 1 000 000 ₽.
coffee-rule-wrong-level-drinks = Каждый следующий уровень должен начинаться выше предыдущего.
coffee-rule-wrong-level-percent = От 0 до 1000 %.
coffee-unit-points = баллов
coffee-unit-percent = %
coffee-unit-seconds = с
coffee-unit-roubles = ₽
coffee-unit-drinks = напитков
done-coffee-rules-saved = Правила сохранены

coffee-level-standard = Стандарт
coffee-level-silver = Серебро
coffee-level-gold = Золото
coffee-level-platinum = Платина

# Бот для гостей
coffee-language = Выберите язык
coffee-welcome = Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
coffee-welcome-back = Рады вас видеть, { $name }. Что показать?
coffee-menu = Выберите, что показать.
coffee-button-begin = Начать
coffee-button-phone = Отправить номер
coffee-button-code = Получить код для оплаты
coffee-button-profile = Мой профиль
coffee-button-new-code = Сгенерировать новый код
coffee-button-confirm = Подтвердить
coffee-button-again = Заполнить заново
coffee-ask-phone = Отправьте свой номер кнопкой ниже.
coffee-foreign-contact = Это контакт другого человека. Отправьте свой номер кнопкой ниже.
coffee-ask-name = Как вас зовут?
coffee-ask-birth-date = Когда у вас день рождения? Напишите дату так: ДД.ММ.ГГГГ
coffee-date-format = Не получилось прочитать дату. Напишите её так: 07.03.1990
coffee-check-data =
    Проверьте, всё ли верно:
    Имя: { $name }
    Телефон: { $phone }
    Дата рождения: { $birth_date }
coffee-press-a-button = Нажмите одну из кнопок под сообщением выше.
coffee-registered = { $name }, вы зарегистрированы. Перед оплатой нажмите «Получить код для оплаты» и назовите код бариста.
coffee-code =
    Назовите бариста этот код: { $code }
    Он действует { $seconds ->
        [one] { $seconds } секунду
        [few] { $seconds } секунды
       *[many] { $seconds } секунд
    } и только один раз.
coffee-profile-text =
    { $name }
    Телефон: { $phone }
    Дата рождения: { $birth_date }
    Уровень: { $level }
    Баллы: { $points }
    Напитков куплено: { $drinks }
    Сэндвичей куплено: { $sandwiches }
    С нами с { $since }
coffee-told-earned = { $earned ->
    [0] Спасибо за заказ. На счёте { $balance ->
        [one] { $balance } балл
        [few] { $balance } балла
       *[many] { $balance } баллов
    }.
    [one] Начислен { $earned } балл, всего { $balance }.
    [few] Начислено { $earned } балла, всего { $balance }.
   *[many] Начислено { $earned } баллов, всего { $balance }.
}
coffee-told-spent = { $spent ->
    [one] Списан { $spent } балл, осталось { $balance }.
    [few] Списано { $spent } балла, осталось { $balance }.
   *[many] Списано { $spent } баллов, осталось { $balance }.
}
coffee-told-level = Ваш новый уровень: { $level }.
coffee-told-next = До уровня «{ $level }» { $missing ->
    [one] остался { $missing } напиток
    [few] осталось { $missing } напитка
   *[many] осталось { $missing } напитков
}.

# Бот для бариста
coffee-not-a-barista = Этот бот для сотрудников. Ваш Telegram ID: { $id }. Попросите владельца добавить его в список бариста.
coffee-barista-welcome = { $name }, касса открыта.
coffee-barista-menu = Выберите действие.
coffee-barista-cancelled = Отменено, ничего не продано.
coffee-button-sell = Обработка заказа
coffee-button-history = История операций
coffee-button-cancel = Отмена
coffee-button-earn = Накопить баллы
coffee-button-spend = Списать баллы
coffee-button-most = Максимум: { $most }
coffee-ask-code = Введите 5-значный код гостя.
coffee-guest-found =
    Гость: { $name }
    Уровень: { $level }, баллов: { $points }
    Номер чека?
coffee-ask-receipt = Введите номер чека, до 32 знаков.
coffee-ask-sum = Сумма, ₽?
coffee-ask-drinks = Сколько напитков?
coffee-ask-sandwiches = Сколько сэндвичей?
coffee-count-wrong = Введите число от 0 до 999.
coffee-ask-points = Накопить или списать? Списать можно до { $most ->
    [one] { $most } балла
   *[other] { $most } баллов
}.
coffee-ask-amount = Сколько баллов списать? Не больше { $most }.
coffee-preview =
    Гость: { $name }
    Чек { $receipt }, { $sum }
    Напитков: { $drinks }, сэндвичей: { $sandwiches }
    К оплате: { $paid }
coffee-preview-earn = Баллы: +{ $points }. Подтвердить заказ?
coffee-preview-spend = Баллы: −{ $points }. Подтвердить заказ?
coffee-sold = Заказ проведён. У гостя { $name } { $balance ->
    [one] { $balance } балл
    [few] { $balance } балла
   *[many] { $balance } баллов
}.
coffee-history = Последние продажи:
coffee-history-empty = История заказов пуста.
coffee-history-line = Чек { $receipt } · { $sum } · напитков { $drinks }, сэндвичей { $sandwiches } · { $when }

# Ошибки
error-guest_name_invalid = Имя: от 1 до 64 знаков, буквами. Напишите его ещё раз.
error-guest_phone_invalid = Этот номер не похож на международный. Нужен номер вида +7 916 123-45-67.
error-guest_birth_date_invalid = Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.
error-guest_registered = Пользователь уже зарегистрирован.
error-guest_phone_taken = Этот номер уже у другого гостя. Если он ваш, обратитесь в кофейню: там помогут.
error-code_unknown = Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.
error-code_expired = Срок действия кода истёк. Попросите гостя получить новый код.
error-code_too_many = Слишком много попыток подряд. Подождите минуту и введите код ещё раз.
error-order_receipt_invalid = Номер чека: от 1 до 32 знаков.
error-order_sum_invalid = Сумма должна быть больше 0 и не больше { $most } ₽.
error-order_counts_invalid = В заказе должен быть хотя бы один напиток или сэндвич, каждого не больше 999.
error-order_points_over_limit = Этот заказ можно оплатить баллами на сумму от 1 до { $most }. Укажите другое число.
error-order_barista_unknown = Такого бариста нет в списке или он отключён.
error-barista_name_invalid = Имя: от 1 до 64 знаков, буквами.
error-barista_telegram_id_invalid = Telegram ID — это положительное число. Бот бариста показывает его каждому, кто ещё не в списке.
error-barista_known = Бариста с таким Telegram ID уже в списке.
error-order_points_unclear = Запрос противоречит сам себе: use_points и used_points_amount говорят разное. Укажите оба или ни одного.

# Acts in the audit log
audit-act-coffee-baristas-add = Бариста добавлен в список
audit-act-coffee-baristas-start = Баристе вернули доступ
audit-act-coffee-baristas-stop = Бариста отключён
audit-act-coffee-guests-create = Гость зарегистрирован через API

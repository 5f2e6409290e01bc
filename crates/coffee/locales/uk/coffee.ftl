coffee-title = Кава
coffee-sentence = Програма лояльності для кав’ярні: бот для гостей, бот для баристи й панель власника.
coffee-demo-link = Спробувати боти

# Навігація і списки
coffee-guests = Гості
coffee-guests-lead = Усі, хто зареєструвався в боті.
coffee-guests-search = Ім’я або телефон
coffee-guests-empty = Гостей ще немає
coffee-guests-empty-note = Гість з’явиться тут, щойно зареєструється в боті. Розмістіть посилання на бота біля каси.
coffee-guest = Гість
coffee-level = Рівень
coffee-points = Бали
coffee-drinks = Напої
coffee-sandwiches = Сендвічі
coffee-joined = З нами з
coffee-first-name = Ім’я
coffee-last-name = Прізвище
coffee-phone = Телефон
coffee-birth-date = Дата народження
coffee-telegram = Telegram ID
coffee-profile = Відомості
coffee-all-orders = Усі замовлення гостя
coffee-latest-orders = Останні замовлення
coffee-latest-points = Останні зміни балів
coffee-guest-orders-empty = Замовлень ще немає
coffee-guest-orders-empty-note = Перше замовлення з’явиться тут одразу після продажу.
coffee-guest-points-empty = Змін ще немає
coffee-guest-points-empty-note = Бали з’являться після першого замовлення.

coffee-orders = Замовлення
coffee-orders-lead = Кожен продаж за кодом гостя.
coffee-orders-search = Номер чека
coffee-orders-period = Період
coffee-period-today = Сьогодні
coffee-period-week = 7 днів
coffee-period-month = 30 днів
coffee-orders-empty = Замовлень ще немає
coffee-orders-empty-note = Продайте щось у боті баристи: замовлення одразу буде тут.
coffee-when = Коли
coffee-barista = Бариста
coffee-receipt = Чек
coffee-sum = Сума

coffee-points-title = Рух балів
coffee-points-lead = Журнал, у якому нічого не виправляють і не видаляють.
coffee-points-why = За що
coffee-points-change = Зміна
coffee-points-after = Стало
coffee-points-earned = Нараховано за замовлення
coffee-points-spent = Списано на оплату
coffee-points-empty = Змін ще немає
coffee-points-empty-note = Вони з’являться після першого замовлення.

coffee-baristas = Баристи
coffee-baristas-lead = Хто може продавати через бота.
coffee-baristas-empty = Продавати ще нікому
coffee-baristas-empty-note = Додайте баристу за Telegram ID: бот сам підкаже цей номер.
coffee-barista-new = Новий бариста
coffee-barista-name = Ім’я
coffee-barista-telegram-help = Число. Бот баристи показує його тим, кого ще немає в списку.
coffee-barista-add = Додати
coffee-barista-state = Доступ
coffee-barista-since = У списку з
coffee-barista-active = Може продавати
coffee-barista-inactive = Вимкнено
coffee-barista-start = Повернути доступ
coffee-barista-stop = Вимкнути доступ
coffee-barista-stop-question = Вимкнути доступ для { $name }?
coffee-barista-stop-consequence = Продавати через бота більше не вийде. Попередні замовлення залишаться, доступ можна повернути.
done-coffee-barista-added = Баристу додано
done-coffee-barista-started = Доступ повернено
done-coffee-barista-stopped = Доступ вимкнено

coffee-rules = Правила
coffee-rules-lead = Діють із наступного продажу.
coffee-rules-points = Бали
coffee-rules-till = Каса
coffee-rules-levels = Рівні
coffee-rules-levels-lead = Скільки напоїв потрібно купити за весь час. Стандарт — з першого візиту.
coffee-rules-multipliers = Множники
coffee-rules-multipliers-lead = На скільки множаться нараховані бали; 100 % нічого не змінює.
coffee-rules-save = Зберегти
coffee-rule-points-per-100 = Балів за кожні 100 ₽
coffee-rule-spending-limit-percent = Яку частину суми можна оплатити балами
coffee-rule-code-seconds = Скільки діє код
coffee-rule-largest-sale = Найбільша сума замовлення
coffee-rule-wrong-points-per-100 = Від 0 до 100.
coffee-rule-wrong-spending-limit-percent = Від 0 до 100 %.
coffee-rule-wrong-code-seconds = Від 30 до 600 секунд.
coffee-rule-wrong-largest-sale = Від 1 до 1 000 000 ₽.
coffee-rule-wrong-level-drinks = Кожен наступний рівень має починатися вище за попередній.
coffee-rule-wrong-level-percent = Від 0 до 1000 %.
coffee-unit-points = балів
coffee-unit-percent = %
coffee-unit-seconds = с
coffee-unit-roubles = ₽
coffee-unit-drinks = напоїв
done-coffee-rules-saved = Правила збережено

coffee-level-standard = Стандарт
coffee-level-silver = Срібло
coffee-level-gold = Золото
coffee-level-platinum = Платина

# Бот для гостей
coffee-language = Виберіть мову
coffee-welcome = Це програма лояльності кав’ярні: бали за кожне замовлення та рівні. Натисніть «Почати», реєстрація займе хвилину.
coffee-welcome-back = Раді вас бачити, { $name }. Що показати?
coffee-menu = Виберіть, що показати.
coffee-button-begin = Почати
coffee-button-phone = Надіслати номер
coffee-button-code = Отримати код для оплати
coffee-button-profile = Мій профіль
coffee-button-new-code = Згенерувати новий код
coffee-button-confirm = Підтвердити
coffee-button-again = Заповнити знову
coffee-ask-phone = Надішліть свій номер кнопкою нижче.
coffee-foreign-contact = Це контакт іншої людини. Надішліть свій номер кнопкою нижче.
coffee-ask-name = Як вас звати?
coffee-ask-birth-date = Коли у вас день народження? Напишіть дату так: ДД.ММ.РРРР
coffee-date-format = Не вдалося прочитати дату. Напишіть її так: 07.03.1990
coffee-check-data =
    Перевірте, чи все правильно:
    Ім’я: { $name }
    Телефон: { $phone }
    Дата народження: { $birth_date }
coffee-press-a-button = Натисніть одну з кнопок під повідомленням вище.
coffee-registered = { $name }, вас зареєстровано. Перед оплатою натисніть «Отримати код для оплати» і назвіть код баристі.
coffee-code =
    Назвіть баристі цей код: { $code }
    Він діє { $seconds ->
        [one] { $seconds } секунду
        [few] { $seconds } секунди
       *[many] { $seconds } секунд
    } і лише один раз.
coffee-profile-text =
    { $name }
    Телефон: { $phone }
    Дата народження: { $birth_date }
    Рівень: { $level }
    Бали: { $points }
    Куплено напоїв: { $drinks }
    Куплено сендвічів: { $sandwiches }
    З нами з { $since }
coffee-told-earned = { $earned ->
    [0] Дякуємо за замовлення. На рахунку { $balance ->
        [one] { $balance } бал
        [few] { $balance } бали
       *[many] { $balance } балів
    }.
    [one] Нараховано { $earned } бал, усього { $balance }.
    [few] Нараховано { $earned } бали, усього { $balance }.
   *[many] Нараховано { $earned } балів, усього { $balance }.
}
coffee-told-spent = { $spent ->
    [one] Списано { $spent } бал, залишилося { $balance }.
    [few] Списано { $spent } бали, залишилося { $balance }.
   *[many] Списано { $spent } балів, залишилося { $balance }.
}
coffee-told-level = Ваш новий рівень: { $level }.
coffee-told-next = До рівня «{ $level }» { $missing ->
    [one] залишився { $missing } напій
    [few] залишилося { $missing } напої
   *[many] залишилося { $missing } напоїв
}.

# Бот для баристи
coffee-not-a-barista = Цей бот для працівників. Ваш Telegram ID: { $id }. Попросіть власника додати його до списку в панелі.
coffee-barista-welcome = { $name }, касу відкрито.
coffee-barista-menu = Виберіть дію.
coffee-barista-cancelled = Скасовано, нічого не продано.
coffee-button-sell = Оформити замовлення
coffee-button-history = Історія операцій
coffee-button-cancel = Скасувати
coffee-button-earn = Накопичити бали
coffee-button-spend = Списати бали
coffee-button-most = Максимум: { $most }
coffee-ask-code = Введіть 5-значний код гостя.
coffee-guest-found =
    Гість: { $name }
    Рівень: { $level }, балів: { $points }
    Номер чека?
coffee-ask-receipt = Введіть номер чека, до 32 знаків.
coffee-ask-sum = Сума, ₽?
coffee-ask-drinks = Скільки напоїв?
coffee-ask-sandwiches = Скільки сендвічів?
coffee-count-wrong = Введіть число від 0 до 999.
coffee-ask-points = Накопичити чи списати? Списати можна до { $most ->
    [one] { $most } бала
   *[other] { $most } балів
}.
coffee-ask-amount = Скільки балів списати? Не більше ніж { $most }.
coffee-preview =
    Гість: { $name }
    Чек { $receipt }, { $sum }
    Напоїв: { $drinks }, сендвічів: { $sandwiches }
    До сплати: { $paid }
coffee-preview-earn = Бали: +{ $points }. Підтвердити замовлення?
coffee-preview-spend = Бали: −{ $points }. Підтвердити замовлення?
coffee-sold = Замовлення проведено. Гість { $name } має { $balance ->
    [one] { $balance } бал
    [few] { $balance } бали
   *[many] { $balance } балів
}.
coffee-history = Останні продажі:
coffee-history-empty = Історія замовлень порожня.
coffee-history-line = Чек { $receipt } · { $sum } · напоїв { $drinks }, сендвічів { $sandwiches } · { $when }

# Помилки
error-guest_name_invalid = Ім’я: від 1 до 64 знаків, літерами. Напишіть його ще раз.
error-guest_phone_invalid = Цей номер не схожий на міжнародний. Потрібен номер на зразок +7 916 123-45-67.
error-guest_birth_date_invalid = Дата народження має бути від 14 до 100 років тому. Перевірте рік.
error-guest_registered = Користувача вже зареєстровано.
error-guest_phone_taken = Цей номер уже має інший гість. Якщо він ваш, зверніться до кав’ярні: там допоможуть.
error-code_unknown = Код не знайдено або вже використано. Попросіть гостя відкрити бота і прочитати код ще раз.
error-code_expired = Термін дії коду минув. Попросіть гостя отримати новий код.
error-code_too_many = Забагато спроб поспіль. Зачекайте хвилину і введіть код ще раз.
error-order_receipt_invalid = Номер чека: від 1 до 32 знаків.
error-order_sum_invalid = Сума має бути більшою за 0 і не більшою за { $most } ₽.
error-order_counts_invalid = У замовленні має бути хоча б один напій або сендвіч, кожного не більше ніж 999.
error-order_points_over_limit = Це замовлення можна оплатити балами на суму від 1 до { $most }. Вкажіть інше число.
error-order_barista_unknown = Такого баристи немає в списку або доступ вимкнено.
error-barista_name_invalid = Ім’я: від 1 до 64 знаків, літерами.
error-barista_telegram_id_invalid = Telegram ID — це додатне число. Бот баристи показує його кожному, кого ще немає в списку.
error-barista_known = Бариста з таким Telegram ID уже є в списку.
error-order_points_unclear = Запит суперечить сам собі: use_points і used_points_amount кажуть різне. Вкажіть обидва або жодного.

# Acts in the audit log
audit-act-coffee-baristas-add = Баристу додано до списку
audit-act-coffee-baristas-start = Баристі повернуто доступ
audit-act-coffee-baristas-stop = Баристу вимкнено
audit-act-coffee-guests-create = Гостя зареєстровано через API

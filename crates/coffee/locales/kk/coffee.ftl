coffee-title = Кофе
coffee-sentence = Кофеханаға арналған адалдық бағдарламасы: қонақтарға бот, баристаларға бот және иесіне панель.
coffee-demo-link = Боттарды байқап көру

# Навигация және тізімдер
coffee-guests = Қонақтар
coffee-guests-lead = Ботта тіркелгендердің бәрі.
coffee-guests-search = Аты немесе телефоны
coffee-guests-empty = Әзірге қонақ жоқ
coffee-guests-empty-note = Қонақ ботта тіркелген соң осында көрінеді. Боттың сілтемесін кассаның жанына іліп қойыңыз.
coffee-guest = Қонақ
coffee-level = Деңгей
coffee-points = Ұпай
coffee-drinks = Сусындар
coffee-sandwiches = Сэндвичтер
coffee-joined = Қосылған күні
coffee-first-name = Аты
coffee-last-name = Тегі
coffee-phone = Телефон
coffee-birth-date = Туған күні
coffee-telegram = Telegram ID
coffee-profile = Мәліметтер
coffee-all-orders = Қонақтың барлық тапсырысы
coffee-latest-orders = Соңғы тапсырыстар
coffee-latest-points = Ұпайдың соңғы өзгерістері
coffee-guest-orders-empty = Әзірге тапсырыс жоқ
coffee-guest-orders-empty-note = Алғашқы тапсырыс сатылымнан кейін бірден осында көрінеді.
coffee-guest-points-empty = Әзірге өзгеріс жоқ
coffee-guest-points-empty-note = Ұпай алғашқы тапсырыстан кейін пайда болады.

coffee-orders = Тапсырыстар
coffee-orders-lead = Қонақ коды бойынша жасалған әр сатылым.
coffee-orders-search = Чек нөмірі
coffee-orders-period = Кезең
coffee-period-today = Бүгін
coffee-period-week = 7 күн
coffee-period-month = 30 күн
coffee-orders-empty = Әзірге тапсырыс жоқ
coffee-orders-empty-note = Бариста ботында бірдеңе сатып көріңіз: тапсырыс бірден осында шығады.
coffee-when = Қашан
coffee-barista = Бариста
coffee-receipt = Чек
coffee-sum = Сома

coffee-points-title = Ұпай қозғалысы
coffee-points-lead = Ештеңе түзетілмейтін әрі жойылмайтын журнал.
coffee-points-why = Не үшін
coffee-points-change = Өзгеріс
coffee-points-after = Қалдық
coffee-points-earned = Тапсырыс үшін қосылды
coffee-points-spent = Төлемге жұмсалды
coffee-points-empty = Әзірге өзгеріс жоқ
coffee-points-empty-note = Өзгерістер алғашқы тапсырыстан кейін пайда болады.

coffee-baristas = Баристалар
coffee-baristas-lead = Бот арқылы кім сата алады.
coffee-baristas-empty = Әзірге сататын адам жоқ
coffee-baristas-empty-note = Баристаны Telegram ID бойынша қосыңыз: бұл нөмірді боттың өзі айтады.
coffee-barista-new = Жаңа бариста
coffee-barista-name = Аты
coffee-barista-telegram-help = Сан. Бариста боты оны тізімде әлі жоқ адамға көрсетеді.
coffee-barista-add = Қосу
coffee-barista-state = Рұқсат
coffee-barista-since = Тізімге қосылған күні
coffee-barista-active = Сата алады
coffee-barista-inactive = Тоқтатылған
coffee-barista-start = Рұқсатты қайтару
coffee-barista-stop = Рұқсатты тоқтату
coffee-barista-stop-question = { $name } үшін рұқсатты тоқтатасыз ба?
coffee-barista-stop-consequence = Бұдан былай бот арқылы сату мүмкін болмайды. Бұрынғы тапсырыстар сақталады, рұқсатты қайтаруға болады.
done-coffee-barista-added = Бариста қосылды
done-coffee-barista-started = Рұқсат қайтарылды
done-coffee-barista-stopped = Рұқсат тоқтатылды

coffee-rules = Ережелер
coffee-rules-lead = Келесі сатылымнан бастап қолданылады.
coffee-rules-points = Ұпай
coffee-rules-till = Касса
coffee-rules-levels = Деңгейлер
coffee-rules-levels-lead = Барлығы қанша сусын сатып алу керек. Стандарт — алғашқы келген күннен бастап.
coffee-rules-multipliers = Көбейткіштер
coffee-rules-multipliers-lead = Қосылатын ұпай қаншаға көбейтіледі; 100 % ештеңені өзгертпейді.
coffee-rules-save = Сақтау
coffee-rule-points-per-100 = Әрбір 100 ₽ үшін берілетін ұпай
coffee-rule-spending-limit-percent = Соманың қандай бөлігін ұпаймен төлеуге болады
coffee-rule-code-seconds = Код қанша уақыт жарамды
coffee-rule-largest-sale = Тапсырыстың ең үлкен сомасы
coffee-rule-wrong-points-per-100 = 0 мен 100 аралығында.
coffee-rule-wrong-spending-limit-percent = 0 мен 100 % аралығында.
coffee-rule-wrong-code-seconds = 30 бен 600 секунд аралығында.
coffee-rule-wrong-largest-sale = 1 мен 1 000 000 ₽ аралығында.
coffee-rule-wrong-level-drinks = Әр келесі деңгей алдыңғысынан көбірек сусыннан басталуы керек.
coffee-rule-wrong-level-percent = 0 мен 1000 % аралығында.
coffee-unit-points = ұпай
coffee-unit-percent = %
coffee-unit-seconds = с
coffee-unit-roubles = ₽
coffee-unit-drinks = сусын
done-coffee-rules-saved = Ережелер сақталды

coffee-level-standard = Стандарт
coffee-level-silver = Күміс
coffee-level-gold = Алтын
coffee-level-platinum = Платина

# Қонақтарға арналған бот
coffee-language = Тілді таңдаңыз
coffee-welcome = Бұл — кофехананың адалдық бағдарламасы: әр тапсырысқа ұпай және деңгейлер. «Бастау» түймесін басыңыз, тіркелуге бір минут жетеді.
coffee-welcome-back = Сізді көргенімізге қуаныштымыз, { $name }. Нені көрсетейік?
coffee-menu = Нені көрсету керегін таңдаңыз.
coffee-button-begin = Бастау
coffee-button-phone = Нөмірді жіберу
coffee-button-code = Төлем кодын алу
coffee-button-profile = Менің профилім
coffee-button-new-code = Жаңа код жасау
coffee-button-confirm = Растау
coffee-button-again = Қайта толтыру
coffee-ask-phone = Төмендегі түймемен нөміріңізді жіберіңіз.
coffee-foreign-contact = Бұл — басқа адамның контактісі. Төмендегі түймемен өз нөміріңізді жіберіңіз.
coffee-ask-name = Есіміңіз кім?
coffee-ask-birth-date = Туған күніңіз қашан? Күнді былай жазыңыз: КК.АА.ЖЖЖЖ
coffee-date-format = Күнді оқу мүмкін болмады. Оны былай жазыңыз: 07.03.1990
coffee-check-data =
    Бәрі дұрыс па, тексеріп шығыңыз:
    Есіміңіз: { $name }
    Телефоныңыз: { $phone }
    Туған күніңіз: { $birth_date }
coffee-press-a-button = Жоғарыдағы хабарламаның астындағы түймелердің бірін басыңыз.
coffee-registered = { $name }, сіз тіркелдіңіз. Төлер алдында «Төлем кодын алу» түймесін басып, кодты баристаға айтыңыз.
coffee-code =
    Баристаға мына кодты айтыңыз: { $code }
    Ол { $seconds } секунд жарамды және бір рет қана қолданылады.
coffee-profile-text =
    { $name }
    Телефон: { $phone }
    Туған күні: { $birth_date }
    Деңгей: { $level }
    Ұпай: { $points }
    Сатып алынған сусын: { $drinks }
    Сатып алынған сэндвич: { $sandwiches }
    Бізге қосылған күні: { $since }
coffee-told-earned = { $earned ->
    [0] Тапсырысыңызға рақмет. Шотыңызда { $balance } ұпай бар.
   *[other] { $earned } ұпай қосылды, барлығы { $balance }.
}
coffee-told-spent = { $spent } ұпай жұмсалды, қалғаны { $balance }.
coffee-told-level = Жаңа деңгейіңіз: { $level }.
coffee-told-next = «{ $level }» деңгейіне дейін { $missing } сусын қалды.

# Баристаларға арналған бот
coffee-not-a-barista = Бұл бот қызметкерлерге арналған. Сіздің Telegram ID нөміріңіз: { $id }. Кофехана иесінен оны баристалар тізіміне қосуды сұраңыз.
coffee-barista-welcome = { $name }, касса ашық.
coffee-barista-menu = Әрекетті таңдаңыз.
coffee-barista-cancelled = Тоқтатылды, ештеңе сатылған жоқ.
coffee-button-sell = Тапсырысты рәсімдеу
coffee-button-history = Операциялар тарихы
coffee-button-cancel = Бас тарту
coffee-button-earn = Ұпай жинау
coffee-button-spend = Ұпай жұмсау
coffee-button-most = Ең көбі: { $most }
coffee-ask-code = Қонақтың 5 таңбалы кодын енгізіңіз.
coffee-guest-found =
    Қонақ: { $name }
    Деңгей: { $level }, ұпай: { $points }
    Чек нөмірі қандай?
coffee-ask-receipt = Чек нөмірін енгізіңіз, ең көбі 32 таңба.
coffee-ask-sum = Сомасы қанша, ₽?
coffee-ask-drinks = Неше сусын?
coffee-ask-sandwiches = Неше сэндвич?
coffee-count-wrong = 0 мен 999 аралығындағы санды енгізіңіз.
coffee-ask-points = Ұпай жинаймыз ба, әлде жұмсаймыз ба? Ең көбі { $most } ұпай жұмсауға болады.
coffee-ask-amount = Неше ұпай жұмсаймыз? Ең көбі { $most }.
coffee-preview =
    Қонақ: { $name }
    Чек { $receipt }, { $sum }
    Сусын: { $drinks }, сэндвич: { $sandwiches }
    Төленетін сома: { $paid }
coffee-preview-earn = Ұпай: +{ $points }. Тапсырысты растайсыз ба?
coffee-preview-spend = Ұпай: −{ $points }. Тапсырысты растайсыз ба?
coffee-sold = Тапсырыс рәсімделді. Қонақ: { $name }, шотында { $balance } ұпай бар.
coffee-history = Соңғы сатылымдар:
coffee-history-empty = Тапсырыстар тарихы бос.
coffee-history-line = Чек { $receipt } · { $sum } · сусын { $drinks }, сэндвич { $sandwiches } · { $when }

# Қателер
error-guest_name_invalid = Есім әріптермен жазылады, ұзындығы 1 мен 64 таңба аралығында. Қайта жазып көріңіз.
error-guest_phone_invalid = Бұл нөмір халықаралық нөмірге ұқсамайды. Оны мына түрде жазыңыз: +7 916 123-45-67.
error-guest_birth_date_invalid = Туған күн бойынша жас 14 пен 100 аралығында болуы керек. Жылын тексеріңіз.
error-guest_registered = Пайдаланушы бұрыннан тіркелген.
error-guest_phone_taken = Бұл нөмір басқа қонаққа тіркелген. Ол сіздікі болса, кофеханаға хабарласыңыз: сонда көмектеседі.
error-code_unknown = Код табылмады немесе бұрын қолданылған. Қонақтан ботты ашып, кодты қайта оқып беруін сұраңыз.
error-code_expired = Кодтың мерзімі өтті. Қонақтан жаңа код алуын сұраңыз.
error-code_too_many = Қатарынан тым көп әрекет жасалды. Бір минут күтіп, кодты қайта енгізіңіз.
error-order_receipt_invalid = Чек нөмірінің ұзындығы 1 мен 32 таңба аралығында болуы керек.
error-order_sum_invalid = Сома 0-ден көп болуы керек, ең көбі { $most } ₽.
error-order_counts_invalid = Тапсырыста кемінде бір сусын немесе сэндвич болуы керек, әрқайсысының саны 999-дан аспайды.
error-order_points_over_limit = Бұл тапсырысқа 1 мен { $most } аралығында ұпай жұмсауға болады. Басқа сан енгізіңіз.
error-order_barista_unknown = Мұндай бариста тізімде жоқ немесе оның рұқсаты тоқтатылған.
error-barista_name_invalid = Есім әріптермен жазылады, ұзындығы 1 мен 64 таңба аралығында.
error-barista_telegram_id_invalid = Telegram ID — оң сан. Бариста боты оны тізімде әлі жоқ әр адамға көрсетеді.
error-barista_known = Мұндай Telegram ID нөмірі бар бариста тізімде бұрыннан бар.
error-order_points_unclear = Сұрау өзіне қайшы: use_points пен used_points_amount әртүрлі айтады. Екеуін де көрсетіңіз немесе екеуін де қалдырыңыз.

# Acts in the audit log
audit-act-coffee-baristas-add = Бариста тізімге қосылды
audit-act-coffee-baristas-start = Баристаға рұқсат қайтарылды
audit-act-coffee-baristas-stop = Баристаның рұқсаты тоқтатылды
audit-act-coffee-guests-create = Қонақ API арқылы тіркелді

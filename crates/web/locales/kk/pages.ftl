### Барлық өнімге ортақ беттер мен виджеттердің сөздері.

## Бет айналасы

pages-skip = Мазмұнға өту
pages-home = Басты бетке
pages-menu = Мәзір
pages-nav = Бөлімдер
pages-crumbs = Қай жердесіз
pages-tabs = Осы беттің бөліктері
pages-language = Тіл
pages-theme = Ашық немесе қараңғы тақырып
pages-dismiss = Хабарламаны жабу
pages-cancel = Бас тарту
pages-copy = Көшіру
pages-sign-out = Шығу

## Тізімдер

pages-list-any = Барлығы
pages-list-filters = Сүзгілер
pages-list-from = Бастап
pages-list-to = Дейін
pages-list-show = Көрсету
pages-list-export = CSV жүктеу
pages-list-active = Қосылған сүзгілер
pages-list-searched = Іздеу: { $text }
pages-list-remove = Сүзгіні алып тастау
pages-list-reset = Сүзгілерді тазалау
pages-list-nothing = Бұл сүзгілерге ештеңе сәйкес келмейді
pages-list-nothing-detail = Біреуін алып тастаңыз немесе жазылуын тексеріңіз.
pages-list-no-page = Тізімнің бұл беті бос
pages-list-first = Алғашқы жолдарға
pages-list-choose = Таңдау: { $name }
pages-list-choose-all = Беттегі барлық жолды таңдау
pages-list-chosen = таңдалды
pages-list-range = { $total } ішінен { $first }–{ $last }
pages-list-pages = Тізім беттері
pages-list-previous = Алдыңғы бет
pages-list-next = Келесі бет

## Формалар мен графиктер

pages-form-optional = міндетті емес
pages-form-problems = { $count ->
    [one] { $count } өрісті тексеріңіз
   *[other] { $count } өрісті тексеріңіз
}
pages-chart-empty = Бұл кезең бойынша әзірге дерек жоқ.
pages-chart-table = Кесте түрінде көрсету

## Кіру

pages-sign-in = Кіру
pages-sign-in-ask = Бір реттік сілтемемен кіресіз. Серверде осы команданы орындап, ол шығарған сілтемені ашыңыз.
pages-sign-in-ready = Сіз { $account } ретінде кіресіз. Сілтеме бір рет жұмыс істейді.
pages-sign-in-go = Кіру
pages-sign-in-expired = Сілтеме пайдаланылған немесе мерзімі өткен
pages-sign-in-expired-detail = Әр сілтеме аз уақыт жарамды және бір рет жұмыс істейді. Осы командамен жаңасын жасаңыз.
pages-sign-in-where = Docker қолдансаңыз, оны контейнер ішінде орындаңыз.

## Қателер

pages-error-id = Қолдау қызметіне арналған сұрау нөмірі:
pages-error-sign-in-title = Кіру қажет
pages-error-sign-in-detail = Бұл бет тек кіргендерге ашық немесе сеансыңыз аяқталды.
pages-error-sign-in-next = Кіріп, бетті қайта ашыңыз.
pages-error-forbidden-title = Бұл бет сізге ашық емес
pages-error-forbidden-detail = Тіркелгіңіздің оны көруге құқығы жоқ.
pages-error-forbidden-next = Жұмысқа қажет болса, әкімшіге жүгініңіз.
pages-error-missing-title = Мұндай бет жоқ
pages-error-missing-detail = Ол көшірілген немесе жойылған болуы мүмкін, не мекенжайда қате бар.
pages-error-missing-next = Мекенжайды тексеріңіз немесе басты беттен бастаңыз.
pages-error-busy-title = Сұраулар тым көп
pages-error-busy-detail = Сізден бірден өңдей алатынымыздан көп сұрау келді.
pages-error-busy-next = Бір минут күтіп, қайталап көріңіз.
pages-error-away-title = Қызмет қазір қолжетімсіз
pages-error-away-detail = Ол қайта іске қосылуда немесе жүктемесі жоғары. Деректеріңіз сақталған.
pages-error-away-next = Бір минуттан кейін қайталап көріңіз.
pages-error-broken-title = Біздің жақта ақау шықты
pages-error-broken-detail = Сұрау орындалмады. Не болғанын жазып алдық.
pages-error-broken-next = Қайталап көріңіз. Тағы қайталанса, қолдау қызметіне төмендегі нөмірді айтыңыз.
pages-error-refused-title = Сұрау қабылданбады
pages-error-refused-detail = Сұрауда бірдеңе жетіспейді немесе сәйкес келмейді.
pages-error-refused-next = Артқа қайтып, енгізгеніңізді тексеріп, қайталап көріңіз.

## Басты бет

pages-landing-title = Бүкіл керуенге бір үй
pages-landing-lead = Karavan бірнеше қызметті бір шаңырақ астында ұстайды: бір кіру, бір панель, бір есеп. Есікті таңдаңыз.
pages-landing-products = Осы үйдегі қызметтер
pages-landing-demo = Бұл демонстрация: чаттар, төлемдер мен пошта шынайы емес, ақша ешқайда кетпейді.
pages-landing-empty = Әзірге бірде-бір қызмет қосылмаған
pages-landing-empty-detail = Қажет қызметтерді karavan.toml ішінде көрсетіп, бағдарламаны қайта іске қосыңыз.
pages-cookies = Браузер осы сайтқа қажетін ғана сақтайды: кіру, тіл және тақырып. Бақылау жоқ.
pages-cookies-read = Түсінікті
pages-documents = Құжаттар

### Слова сторінок і віджетів, спільних для всіх продуктів.

## Навколо сторінки

pages-skip = До змісту
pages-home = На головну
pages-menu = Меню
pages-nav = Розділи
pages-crumbs = Де ви
pages-tabs = Частини цієї сторінки
pages-language = Мова
pages-theme = Світла або темна тема
pages-dismiss = Закрити повідомлення
pages-cancel = Скасувати
pages-copy = Скопіювати
pages-sign-out = Вийти

## Списки

pages-list-any = Усі
pages-list-filters = Фільтри
pages-list-from = Від
pages-list-to = До
pages-list-show = Показати
pages-list-export = Завантажити CSV
pages-list-active = Увімкнені фільтри
pages-list-searched = Пошук: { $text }
pages-list-remove = Прибрати фільтр
pages-list-reset = Скинути фільтри
pages-list-nothing = За цими фільтрами нічого не знайдено
pages-list-nothing-detail = Приберіть один із них або перевірте написання.
pages-list-no-page = На цій сторінці списку порожньо
pages-list-first = До перших рядків
pages-list-choose = Вибрати: { $name }
pages-list-choose-all = Вибрати всі рядки на сторінці
pages-list-chosen = вибрано
pages-list-range = { $first }–{ $last } з { $total }
pages-list-pages = Сторінки списку
pages-list-previous = Попередня сторінка
pages-list-next = Наступна сторінка

## Форми й графіки

pages-form-optional = необов’язково
pages-form-problems = { $count ->
    [one] Перевірте { $count } поле
    [few] Перевірте { $count } поля
   *[many] Перевірте { $count } полів
}
pages-chart-empty = За цей період даних ще немає.
pages-chart-table = Показати таблицею

## Вхід

pages-sign-in = Вхід
pages-sign-in-ask = Увійти можна за одноразовим посиланням. Виконайте цю команду на сервері й відкрийте посилання, яке вона надрукує.
pages-sign-in-ready = Ви входите як { $account }. Посилання спрацює один раз.
pages-sign-in-go = Увійти
pages-sign-in-expired = Посилання вже використане або застаріло
pages-sign-in-expired-detail = Кожне посилання діє недовго і спрацьовує один раз. Створіть нове цією командою.
pages-sign-in-where = У Docker виконайте її всередині контейнера.

## Помилки

pages-error-id = Номер запиту для підтримки:
pages-error-sign-in-title = Потрібно увійти
pages-error-sign-in-detail = Ця сторінка відкрита лише тим, хто увійшов, або ваш сеанс завершився.
pages-error-sign-in-next = Увійдіть і відкрийте сторінку ще раз.
pages-error-forbidden-title = Ця сторінка вам не відкрита
pages-error-forbidden-detail = Ваш обліковий запис не має права її бачити.
pages-error-forbidden-next = Якщо вона потрібна для роботи, зверніться до адміністратора.
pages-error-missing-title = Такої сторінки немає
pages-error-missing-detail = Можливо, її перенесли чи видалили, або в адресі помилка.
pages-error-missing-next = Перевірте адресу або почніть із головної.
pages-error-busy-title = Забагато запитів
pages-error-busy-detail = Від вас надійшло більше запитів, ніж ми можемо опрацювати одразу.
pages-error-busy-next = Зачекайте хвилину і спробуйте ще раз.
pages-error-away-title = Сервіс зараз недоступний
pages-error-away-detail = Він перезапускається або дуже завантажений. З даними все гаразд.
pages-error-away-next = Спробуйте ще раз за хвилину.
pages-error-broken-title = У нас щось зламалося
pages-error-broken-detail = Запит не виконано. Ми записали, що сталося.
pages-error-broken-next = Спробуйте ще раз. Якщо повториться, назвіть підтримці номер нижче.
pages-error-refused-title = Запит не прийнято
pages-error-refused-detail = У запиті чогось бракує або щось не підходить.
pages-error-refused-next = Поверніться, перевірте введене і спробуйте ще раз.

## Головна

pages-landing-title = Один дім для всього каравану
pages-landing-lead = Karavan тримає кілька сервісів під одним дахом: один вхід, одна панель, одна бухгалтерія. Виберіть двері.
pages-landing-products = Сервіси цього дому
pages-landing-demo = Це демонстрація: чати, платежі й пошта несправжні, гроші нікуди не йдуть.
pages-landing-empty = Ще не увімкнено жодного сервісу
pages-landing-empty-detail = Вкажіть потрібні сервіси в karavan.toml і перезапустіть програму.
pages-cookies = Браузер зберігає лише потрібне цьому сайту: вхід, мову й тему. Стеження немає.
pages-cookies-read = Зрозуміло
pages-documents = Документи

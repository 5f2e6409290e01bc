### Слова страниц и виджетов, общих для всех продуктов.

## Вокруг страницы

pages-skip = К содержанию
pages-home = На главную
pages-menu = Меню
pages-nav = Разделы
pages-crumbs = Где вы
pages-tabs = Части этой страницы
pages-language = Язык
pages-theme = Светлая или тёмная тема
pages-dismiss = Закрыть сообщение
pages-cancel = Отмена
pages-copy = Скопировать
pages-sign-out = Выйти

## Списки

pages-list-any = Все
pages-list-filters = Фильтры
pages-list-from = С
pages-list-to = По
pages-list-show = Показать
pages-list-export = Скачать CSV
pages-list-active = Включённые фильтры
pages-list-searched = Поиск: { $text }
pages-list-remove = Убрать фильтр
pages-list-reset = Сбросить фильтры
pages-list-nothing = Под эти фильтры ничего не подходит
pages-list-nothing-detail = Уберите один из них или проверьте написание.
pages-list-no-page = На этой странице списка пусто
pages-list-first = К первым строкам
pages-list-choose = Выбрать: { $name }
pages-list-choose-all = Выбрать все строки на странице
pages-list-chosen = выбрано
pages-list-range = { $first }–{ $last } из { $total }
pages-list-pages = Страницы списка
pages-list-previous = Предыдущая страница
pages-list-next = Следующая страница

## Формы и графики

pages-form-optional = необязательно
pages-form-problems = { $count ->
    [one] Проверьте { $count } поле
    [few] Проверьте { $count } поля
   *[many] Проверьте { $count } полей
}
pages-chart-empty = За этот период данных пока нет.
pages-chart-table = Показать таблицей

## Вход

pages-sign-in = Вход
pages-sign-in-ask = Войти можно по одноразовой ссылке. Выполните эту команду на сервере и откройте ссылку, которую она напечатает.
pages-sign-in-ready = Вы входите как { $account }. Ссылка сработает один раз.
pages-sign-in-go = Войти
pages-sign-in-expired = Ссылка уже использована или устарела
pages-sign-in-expired-detail = Каждая ссылка действует недолго и срабатывает один раз. Создайте новую этой командой.
pages-sign-in-where = В Docker выполните её внутри контейнера.

## Ошибки

pages-error-id = Номер запроса для поддержки:
pages-error-sign-in-title = Нужно войти
pages-error-sign-in-detail = Эта страница открыта только тем, кто вошёл, или ваш сеанс закончился.
pages-error-sign-in-next = Войдите и откройте страницу ещё раз.
pages-error-forbidden-title = Эта страница вам не открыта
pages-error-forbidden-detail = У вашей учётной записи нет права её видеть.
pages-error-forbidden-next = Если она нужна для работы, обратитесь к администратору.
pages-error-missing-title = Такой страницы нет
pages-error-missing-detail = Возможно, её перенесли или удалили, или в адресе опечатка.
pages-error-missing-next = Проверьте адрес или начните с главной.
pages-error-busy-title = Слишком много запросов
pages-error-busy-detail = От вас пришло больше запросов, чем мы можем обработать сразу.
pages-error-busy-next = Подождите минуту и попробуйте ещё раз.
pages-error-away-title = Сервис сейчас недоступен
pages-error-away-detail = Он перезапускается или сильно загружен. С данными всё в порядке.
pages-error-away-next = Попробуйте ещё раз через минуту.
pages-error-broken-title = У нас что-то сломалось
pages-error-broken-detail = Запрос не выполнен. Мы записали, что произошло.
pages-error-broken-next = Попробуйте ещё раз. Если повторится, назовите поддержке номер ниже.
pages-error-refused-title = Запрос не принят
pages-error-refused-detail = В запросе чего-то не хватает или что-то не подходит.
pages-error-refused-next = Вернитесь, проверьте введённое и попробуйте ещё раз.

## Главная

pages-landing-title = Один дом для всего каравана
pages-landing-lead = Karavan держит несколько сервисов под одной крышей: один вход, одна панель, одна бухгалтерия. Выберите дверь.
pages-landing-products = Сервисы этого дома
pages-landing-demo = Это демонстрация: чаты, платежи и почта ненастоящие, деньги никуда не уходят.
pages-landing-empty = Пока не включён ни один сервис
pages-landing-empty-detail = Укажите нужные сервисы в karavan.toml и перезапустите программу.
pages-cookies = Браузер хранит только нужное этому сайту: вход, язык и тему. Слежки нет.
pages-cookies-read = Понятно
pages-documents = Документы

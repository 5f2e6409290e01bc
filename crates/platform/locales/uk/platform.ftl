admin-platform = Програма
admin-owner = Власник

home-title = Огляд
home-lead = Як іде робота, яку програма виконує сама.
home-waiting = Чекають
home-running = Виконуються
home-failed = Не вдалися
home-failed-note = перегляньте причини

jobs-title = Завдання
jobs-lead = Повідомлення, сповіщення та інша робота у фоні.
jobs-name = Завдання
jobs-state = Стан
jobs-attempt = Спроба
jobs-run-at = Час запуску
jobs-error = Остання помилка
jobs-empty = Завдань немає
jobs-empty-note = Виконані завдання одразу зникають звідси; лишаються тільки ті, що чекають або не вдалися.
jobs-queued = Чекає
jobs-running = Виконується
jobs-dead = Не вдалося
jobs-facts = Відомості
jobs-id = Номер
jobs-created-at = Створено
jobs-by = Ким створено
jobs-node = Вузол
jobs-replay = Повторити
done-job-replayed = Завдання знову поставлено в чергу

error-job_not_dead = Це завдання вже не серед тих, що не вдалися. Оновіть список.
error-idempotency_key_invalid = Заголовок Idempotency-Key: від 1 до 200 видимих знаків ASCII.
error-idempotency_key_reused = Цей Idempotency-Key уже використано для іншого запиту. Візьміть новий ключ.
error-settings_changed = Поки ви редагували, налаштування змінив хтось інший. Відкрийте сторінку знову й повторіть зміну.
error-webhook_secret_invalid = Секрет цього вебхука не вказано або він не підходить.

product-panel = Панель
product-docs = Опис API

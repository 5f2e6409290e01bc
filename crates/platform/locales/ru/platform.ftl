admin-platform = Программа
admin-owner = Владелец

home-title = Обзор
home-lead = Как идёт работа, которую программа делает сама.
home-waiting = Ждут
home-running = Выполняются
home-failed = Не удались
home-failed-note = посмотрите причины

jobs-title = Задания
jobs-lead = Сообщения, уведомления и другая работа в фоне.
jobs-name = Задание
jobs-state = Состояние
jobs-attempt = Попытка
jobs-run-at = Время запуска
jobs-error = Последняя ошибка
jobs-empty = Заданий нет
jobs-empty-note = Выполненные задания сразу исчезают отсюда; останутся только те, что ждут или не удались.
jobs-queued = Ждёт
jobs-running = Выполняется
jobs-dead = Не удалось
jobs-facts = Сведения
jobs-id = Номер
jobs-created-at = Создано
jobs-by = Кем создано
jobs-node = Узел
jobs-replay = Повторить
done-job-replayed = Задание поставлено в очередь ещё раз

error-job_not_dead = Это задание уже не среди неудавшихся. Обновите список.
error-idempotency_key_invalid = Заголовок Idempotency-Key: от 1 до 200 видимых знаков ASCII.
error-idempotency_key_reused = Этот Idempotency-Key уже использован для другого запроса. Возьмите новый ключ.
error-settings_changed = Пока вы правили, настройки изменил кто-то другой. Откройте страницу заново и повторите правку.
error-webhook_secret_invalid = Секрет этого вебхука не указан или не подходит.

product-panel = Панель
product-docs = Описание API

admin-platform = Бағдарлама
admin-owner = Ие

home-title = Шолу
home-lead = Бағдарлама өзі атқаратын жұмыстың барысы.
home-waiting = Күтуде
home-running = Орындалуда
home-failed = Сәтсіз
home-failed-note = себептерін қараңыз

jobs-title = Тапсырмалар
jobs-lead = Хабарламалар, ескертулер және фондағы басқа жұмыс.
jobs-name = Тапсырма
jobs-state = Күйі
jobs-attempt = Әрекет
jobs-run-at = Іске қосу уақыты
jobs-error = Соңғы қате
jobs-empty = Тапсырма жоқ
jobs-empty-note = Орындалған тапсырмалар бірден жоғалады; тек күтіп тұрғандары мен сәтсіздері қалады.
jobs-queued = Күтуде
jobs-running = Орындалуда
jobs-dead = Сәтсіз
jobs-facts = Мәліметтер
jobs-id = Нөмірі
jobs-created-at = Құрылған уақыты
jobs-by = Кім құрды
jobs-node = Түйін
jobs-replay = Қайталау
done-job-replayed = Тапсырма қайтадан кезекке қойылды

error-job_not_dead = Бұл тапсырма енді сәтсіздердің қатарында жоқ. Тізімді жаңартыңыз.
error-idempotency_key_invalid = Idempotency-Key тақырыбы: көрінетін ASCII таңбаларының саны 1-ден 200-ге дейін.
error-idempotency_key_reused = Бұл Idempotency-Key басқа сұрауға қолданылған. Жаңа кілт алыңыз.
error-settings_changed = Сіз өңдеп жатқанда баптауларды басқа біреу өзгертті. Бетті қайта ашып, өзгерісті қайталаңыз.
error-webhook_secret_invalid = Бұл вебхуктің құпия сөзі көрсетілмеген немесе сәйкес келмейді.

product-panel = Панель
product-docs = API сипаттамасы

### Words of legal texts and consents.

legal-title = Құжаттар
legal-lead = Сервис ережелері және деректермен жұмыс.
legal-none = Әзірге құжат жоқ.
legal-version = { $version }-нұсқа, { $since } бастап күшінде
legal-document = Құжат
legal-language = Тіл
legal-version-number = Нұсқа
legal-published = Жарияланды
legal-not-published = Әлі жоқ
legal-editor-lead = Адамдар оқып, қабылдайтын мәтіндер. Әр түзету жаңа нұсқа болады; бұрынғылары оларды қабылдағандарға ашық қалады.
legal-heading = Тақырып
legal-body = Мәтін
legal-body-help = Тақырыптар ## белгісінен, тізім тармақтары сызықшадан басталады. Қос шаршы жақшадағының бәрін толтырыңыз.
legal-publish = Жариялау
legal-agree = Неге келісесіз
legal-required = { $title } (тіркелгі үшін қажет)
legal-read = Оқу:
legal-privacy = Құпиялық саясаты
legal-cookies = Cookie файлдары
legal-agreement = Пайдаланушы келісімі
legal-offer = Дүкендерге оферта
legal-refunds = Ақша қайтару
legal-consent-data = Жеке деректерді өңдеуге келісім
legal-consent-transfer = Деректерді шетелге беруге келісім
legal-consent-news = Жаңалықтар мен ұсыныстарға келісім

consents-title = Келісімдеріңіз
consents-lead = Әрқайсысы сол кездегі мәтінімен.
consents-given = Берілді
consents-withdrawn = Қайтарылды { $when }
consents-withdraw = Қайтару
consents-holds = Тіркелгі бар кезде күшінде
consents-give = Беру: { $title }
consents-none = Әзірге ештеңе жоқ
consents-none-note = Келіскеніңіз осында көрінеді.

done-consent-given = Келісім жазылды
done-consent-withdrawn = Келісім қайтарылды
done-legal-published = Жаңа нұсқа жарияланды

error-agreement_missing = Тіркелгіге қажеттісін белгілеңіз.
error-legal_text_changed = Осы уақытта жаңа нұсқа жарияланды. Бетті қайта ашып, оқып шығыңыз.
error-consent_required = Бұл келісім тіркелгіге қажет. Оны қайтару үшін тіркелгіні жойыңыз.
error-legal_title_invalid = 200 таңбадан аспайтын тақырып жазыңыз.
error-legal_body_invalid = 100 000 таңбадан аспайтын мәтін жазыңыз.
error-legal_body_gaps = Қос шаршы жақшадағының бәрін толтырып, жариялаңыз.

audit-act-account-consent-give = Келісім берілді
audit-act-account-consent-withdraw = Келісім қайтарылды
audit-act-legal-text-publish = Құжат жарияланды

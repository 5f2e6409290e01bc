mail-footer = Бұл хат автоматты түрде жіберілді. Оған жазылған жауапты ешкім оқымайды. Karavan

mail-verify-email-subject = Пошта мекенжайын растаңыз
mail-verify-email-title = Пошта мекенжайын растаңыз
mail-verify-email-body = Осы кодты тіркелген жеріңізге енгізіңіз немесе сілтемені ашыңыз. Код пен сілтеме 30 минут жарамды және бір рет қана іске асады.
mail-verify-email-action = Мекенжайды растау
mail-verify-email-note = Егер сіз тіркелмеген болсаңыз, ештеңе істемеңіз: кодсыз ештеңе болмайды.

mail-reset-password-subject = Жаңа құпиясөз қойыңыз
mail-reset-password-title = Жаңа құпиясөз қойыңыз
mail-reset-password-body = Сіздің тіркелгіңізге жаңа құпиясөз сұралды. Осы кодты сұраған бетке енгізіңіз немесе сілтемені ашыңыз. Код пен сілтеме 30 минут жарамды және бір рет қана іске асады.
mail-reset-password-action = Жаңа құпиясөз қою
mail-reset-password-note = Егер бұл сіз болмасаңыз, ештеңе істемеңіз: құпиясөз бұрынғыдай қалады.

mail-email-taken-subject = Сізде тіркелгі бар
mail-email-taken-title = Сізде тіркелгі бар
mail-email-taken-body = Біреу сіздің пошта мекенжайыңызбен тіркелмек болды, бірақ онымен тіркелгі бұрыннан бар. Егер бұл сіз болсаңыз, кіріңіз; құпиясөзді ұмытсаңыз, кіру бетінде жаңасын сұраңыз.
mail-email-taken-note = Егер бұл сіз болмасаңыз, ештеңе істеудің қажеті жоқ: тіркелгіңізге ешкім кірген жоқ.

mail-password-changed-subject = Құпиясөз өзгертілді
mail-password-changed-title = Құпиясөз өзгертілді
mail-password-changed-body = Тіркелгіңіздің құпиясөзі жаңартылды. Барлық құрылғыда қайта кіру керек.
mail-password-changed-note = Егер бұл сіз болмасаңыз, кіру бетінде бірден жаңа құпиясөз сұраңыз.

mail-sign-in-notice-subject = Тіркелгіңізге жаңа кіру
mail-sign-in-notice-title = Тіркелгіңізге жаңа кіру
mail-sign-in-notice-body = Тіркелгіңізге кірді, уақыты: { $at }. Құрылғы: { $device }, мекенжай: { $ip }.
mail-sign-in-notice-note = Егер бұл сіз болсаңыз, бәрі дұрыс. Олай болмаса, құпиясөзді өзгертіп, тіркелгідегі басқа сеанстарды аяқтаңыз.

mail-sessions-ended-subject = Сеанстарыңыз аяқталды
mail-sessions-ended-title = Сеанстарыңыз аяқталды
mail-sessions-ended-body = Тіркелгіңіздің бір сеансы бірден екі жерде пайдаланылды: оны біреу көшіріп алғанда осылай болады. Бөтен адамды кіргізбеу үшін сеанс аяқталды: қайта кіріңіз.
mail-sessions-ended-note = Неге бұлай болғанын білмесеңіз, құпиясөзді өзгертіңіз.

mail-invitation-subject = Шақыру: { $organisation }
mail-invitation-title = Шақыру: { $organisation }
mail-invitation-body = Сізді { $inviter } шақырады, ұйым: { $organisation }. Шақыруды көріп, қабылдау үшін сілтемені ашыңыз.
mail-invitation-action = Шақыруды көру
mail-invitation-note = Егер бұл адамды танымасаңыз, ештеңе істемеңіз: сізсіз ештеңе болмайды.

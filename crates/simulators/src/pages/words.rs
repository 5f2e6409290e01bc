//! The words of the chats and the inbox in four languages. A missing word is a compile error.

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    En,
    Ru,
    Uk,
    Kk,
}

impl Lang {
    pub(super) const ALL: [Self; 4] = [Self::Ru, Self::Uk, Self::Kk, Self::En];

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Uk => "uk",
            Self::Kk => "kk",
        }
    }

    /// The language's name in itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
            Self::Uk => "Українська",
            Self::Kk => "Қазақша",
        }
    }

    /// Reads `uk-UA` as Ukrainian.
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        let main = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| main.eq_ignore_ascii_case(lang.tag()))
    }

    /// The language that `Accept-Language` likes best; English if it likes none of ours.
    pub(super) fn accepted(header: &str) -> Self {
        let mut best = (0.0, Self::En);
        for part in header.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |weight| weight.trim().parse().ok());
            if let (Some(lang), Some(weight)) = (Self::from_tag(tag), weight)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::En => &EN,
            Self::Ru => &RU,
            Self::Uk => &UK,
            Self::Kk => &KK,
        }
    }
}

/// One language's words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) chats: &'static str,
    pub(super) lead: &'static str,
    pub(super) two_phones: &'static str,
    pub(super) two_phones_lead: &'static str,
    pub(super) write_as: &'static str,
    pub(super) bot: &'static str,
    pub(super) open: &'static str,
    pub(super) left: &'static str,
    pub(super) right: &'static str,
    pub(super) messages: &'static str,
    pub(super) message: &'static str,
    pub(super) send: &'static str,
    pub(super) keys: &'static str,
    pub(super) start: &'static str,
    pub(super) restart: &'static str,
    pub(super) empty_title: &'static str,
    pub(super) empty_text: &'static str,
    pub(super) earlier: &'static str,
    pub(super) typing: &'static str,
    pub(super) edited: &'static str,
    pub(super) more: &'static str,
    pub(super) commands: &'static str,
    pub(super) block: &'static str,
    pub(super) blocked: &'static str,
    pub(super) share_title: &'static str,
    pub(super) share_text: &'static str,
    pub(super) share: &'static str,
    pub(super) cancel: &'static str,
    pub(super) send_contact: &'static str,
    pub(super) whose: &'static str,
    pub(super) ok: &'static str,
    pub(super) lost: &'static str,
    pub(super) failed: &'static str,
    pub(super) language: &'static str,
    pub(super) dark: &'static str,
    pub(super) light: &'static str,
    pub(super) skip: &'static str,
    pub(super) missing_title: &'static str,
    pub(super) missing_text: &'static str,
    pub(super) mail: &'static str,
    pub(super) mail_lead: &'static str,
    pub(super) mail_skip: &'static str,
    pub(super) mail_list: &'static str,
    pub(super) mail_empty_title: &'static str,
    pub(super) mail_empty_text: &'static str,
    pub(super) mail_from: &'static str,
    pub(super) mail_to: &'static str,
    pub(super) mail_at: &'static str,
    pub(super) mail_back: &'static str,
    pub(super) mail_choose: &'static str,
    pub(super) mail_no_subject: &'static str,
    pub(super) mail_missing_title: &'static str,
    pub(super) mail_missing_text: &'static str,
}

static EN: Words = Words {
    chats: "Telegram chats",
    lead: "Write to the bots as any of these people. The chats live in this program: no message reaches the real Telegram.",
    two_phones: "Open two phones side by side",
    two_phones_lead: "See both ends of one story at once.",
    write_as: "Write as",
    bot: "Bot",
    open: "Open",
    left: "Left phone",
    right: "Right phone",
    messages: "Messages",
    message: "Message",
    send: "Send",
    keys: "Bot keyboard",
    start: "Start",
    restart: "Unblock and restart",
    empty_title: "No messages yet",
    empty_text: "Press Start, and the bot will answer.",
    earlier: "Earlier messages are not shown.",
    typing: "typing…",
    edited: "edited",
    more: "More",
    commands: "Commands",
    block: "Block the bot",
    blocked: "You have blocked this bot. It cannot write to you.",
    share_title: "Share your phone number?",
    share_text: "The bot will see this number:",
    share: "Share",
    cancel: "Cancel",
    send_contact: "Send contact",
    whose: "Contact of",
    ok: "OK",
    lost: "Connection lost. Trying again…",
    failed: "That did not work. Reload the page and try again.",
    language: "Language",
    dark: "Dark theme",
    light: "Light theme",
    skip: "Skip to the chat",
    missing_title: "No such chat",
    missing_text: "This bot or this person does not exist here. Choose a chat from the list.",
    mail: "Mail",
    mail_lead: "What the program has mailed. The letters live in this program: none of them reaches a real mailbox.",
    mail_skip: "Skip to the letters",
    mail_list: "Letters",
    mail_empty_title: "No letters yet",
    mail_empty_text: "Do something that sends one, such as signing up. It appears here by itself.",
    mail_from: "From",
    mail_to: "To",
    mail_at: "Arrived",
    mail_back: "All letters",
    mail_choose: "Choose a letter to read it.",
    mail_no_subject: "(no subject)",
    mail_missing_title: "No such letter",
    mail_missing_text: "This letter is not here any more. Choose one from the list.",
};

static RU: Words = Words {
    chats: "Чаты Telegram",
    lead: "Пишите ботам от имени любого из этих людей. Чаты живут внутри программы: в настоящий Telegram ничего не уходит.",
    two_phones: "Открыть два телефона рядом",
    two_phones_lead: "Обе стороны одной истории сразу.",
    write_as: "Писать от имени",
    bot: "Бот",
    open: "Открыть",
    left: "Левый телефон",
    right: "Правый телефон",
    messages: "Сообщения",
    message: "Сообщение",
    send: "Отправить",
    keys: "Клавиатура бота",
    start: "Старт",
    restart: "Разблокировать и начать заново",
    empty_title: "Сообщений пока нет",
    empty_text: "Нажмите «Старт», и бот ответит.",
    earlier: "Более ранние сообщения не показаны.",
    typing: "печатает…",
    edited: "изменено",
    more: "Ещё",
    commands: "Команды",
    block: "Заблокировать бота",
    blocked: "Вы заблокировали этого бота. Он не может вам писать.",
    share_title: "Поделиться номером телефона?",
    share_text: "Бот увидит этот номер:",
    share: "Поделиться",
    cancel: "Отмена",
    send_contact: "Отправить контакт",
    whose: "Чей контакт",
    ok: "ОК",
    lost: "Связь потеряна. Пробуем снова…",
    failed: "Не получилось. Обновите страницу и попробуйте ещё раз.",
    language: "Язык",
    dark: "Тёмная тема",
    light: "Светлая тема",
    skip: "К чату",
    missing_title: "Такого чата нет",
    missing_text: "Этого бота или этого человека здесь нет. Выберите чат из списка.",
    mail: "Почта",
    mail_lead: "Письма, которые отправила программа. Они живут внутри неё: в настоящие ящики ничего не уходит.",
    mail_skip: "К письмам",
    mail_list: "Письма",
    mail_empty_title: "Писем пока нет",
    mail_empty_text: "Сделайте что-нибудь, после чего приходит письмо, например зарегистрируйтесь. Оно появится здесь само.",
    mail_from: "От кого",
    mail_to: "Кому",
    mail_at: "Пришло",
    mail_back: "Все письма",
    mail_choose: "Выберите письмо, чтобы прочитать его.",
    mail_no_subject: "(без темы)",
    mail_missing_title: "Такого письма нет",
    mail_missing_text: "Этого письма здесь больше нет. Выберите другое из списка.",
};

static UK: Words = Words {
    chats: "Чати Telegram",
    lead: "Пишіть ботам від імені будь-кого з цих людей. Чати живуть у самій програмі: до справжнього Telegram нічого не йде.",
    two_phones: "Відкрити два телефони поруч",
    two_phones_lead: "Обидва боки однієї історії одразу.",
    write_as: "Писати від імені",
    bot: "Бот",
    open: "Відкрити",
    left: "Лівий телефон",
    right: "Правий телефон",
    messages: "Повідомлення",
    message: "Повідомлення",
    send: "Надіслати",
    keys: "Клавіатура бота",
    start: "Старт",
    restart: "Розблокувати й почати знову",
    empty_title: "Повідомлень поки немає",
    empty_text: "Натисніть «Старт», і бот відповість.",
    earlier: "Раніші повідомлення не показано.",
    typing: "друкує…",
    edited: "змінено",
    more: "Більше",
    commands: "Команди",
    block: "Заблокувати бота",
    blocked: "Ви заблокували цього бота. Він не може вам писати.",
    share_title: "Поділитися номером телефону?",
    share_text: "Бот побачить цей номер:",
    share: "Поділитися",
    cancel: "Скасувати",
    send_contact: "Надіслати контакт",
    whose: "Чий контакт",
    ok: "ОК",
    lost: "Зв’язок втрачено. Пробуємо знову…",
    failed: "Не вдалося. Оновіть сторінку й спробуйте ще раз.",
    language: "Мова",
    dark: "Темна тема",
    light: "Світла тема",
    skip: "До чату",
    missing_title: "Такого чату немає",
    missing_text: "Цього бота або цієї людини тут немає. Виберіть чат зі списку.",
    mail: "Пошта",
    mail_lead: "Листи, які надіслала програма. Вони живуть у ній самій: до справжніх скриньок нічого не йде.",
    mail_skip: "До листів",
    mail_list: "Листи",
    mail_empty_title: "Листів поки немає",
    mail_empty_text: "Зробіть щось, після чого надходить лист, наприклад зареєструйтеся. Він з’явиться тут сам.",
    mail_from: "Від кого",
    mail_to: "Кому",
    mail_at: "Надійшов",
    mail_back: "Усі листи",
    mail_choose: "Виберіть лист, щоб прочитати його.",
    mail_no_subject: "(без теми)",
    mail_missing_title: "Такого листа немає",
    mail_missing_text: "Цього листа тут більше немає. Виберіть інший зі списку.",
};

static KK: Words = Words {
    chats: "Telegram чаттары",
    lead: "Осы адамдардың кез келгенінің атынан боттарға жазыңыз. Чаттар бағдарламаның ішінде: нағыз Telegram-ға ештеңе кетпейді.",
    two_phones: "Екі телефонды қатар ашу",
    two_phones_lead: "Бір оқиғаның екі жағы бірден көрінеді.",
    write_as: "Кімнің атынан",
    bot: "Бот",
    open: "Ашу",
    left: "Сол жақ телефон",
    right: "Оң жақ телефон",
    messages: "Хабарлар",
    message: "Хабар",
    send: "Жіберу",
    keys: "Бот пернетақтасы",
    start: "Бастау",
    restart: "Бұғаттан шығарып, қайта бастау",
    empty_title: "Әзірге хабар жоқ",
    empty_text: "«Бастау» түймесін басыңыз, бот жауап береді.",
    earlier: "Ертерек хабарлар көрсетілмейді.",
    typing: "жазып жатыр…",
    edited: "өзгертілді",
    more: "Тағы",
    commands: "Командалар",
    block: "Ботты бұғаттау",
    blocked: "Сіз бұл ботты бұғаттадыңыз. Ол сізге жаза алмайды.",
    share_title: "Телефон нөміріңізбен бөлісесіз бе?",
    share_text: "Бот мына нөмірді көреді:",
    share: "Бөлісу",
    cancel: "Бас тарту",
    send_contact: "Контакт жіберу",
    whose: "Кімнің контактісі",
    ok: "Жарайды",
    lost: "Байланыс үзілді. Қайта қосылып жатырмыз…",
    failed: "Болмады. Бетті жаңартып, қайталап көріңіз.",
    language: "Тіл",
    dark: "Қараңғы тақырып",
    light: "Жарық тақырып",
    skip: "Чатқа өту",
    missing_title: "Мұндай чат жоқ",
    missing_text: "Мұнда бұл бот не бұл адам жоқ. Тізімнен чат таңдаңыз.",
    mail: "Пошта",
    mail_lead: "Бағдарлама жіберген хаттар. Олар бағдарламаның ішінде: нағыз пошта жәшіктеріне ештеңе кетпейді.",
    mail_skip: "Хаттарға өту",
    mail_list: "Хаттар",
    mail_empty_title: "Әзірге хат жоқ",
    mail_empty_text: "Хат келетін бірдеңе жасаңыз, мысалы тіркеліңіз. Ол осында өзі пайда болады.",
    mail_from: "Кімнен",
    mail_to: "Кімге",
    mail_at: "Келген уақыты",
    mail_back: "Барлық хаттар",
    mail_choose: "Оқу үшін хат таңдаңыз.",
    mail_no_subject: "(тақырыпсыз)",
    mail_missing_title: "Мұндай хат жоқ",
    mail_missing_text: "Бұл хат енді мұнда жоқ. Тізімнен басқасын таңдаңыз.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_we_speak_wins() {
        assert_eq!(Lang::accepted("de, uk-UA;q=0.8, ru;q=0.9"), Lang::Ru);
        assert_eq!(Lang::accepted("kk"), Lang::Kk);
        assert_eq!(Lang::accepted("ru;q=0"), Lang::En);
        assert_eq!(Lang::accepted("fr"), Lang::En);
    }
}

coffee-title = Coffee
coffee-sentence = Loyalty for coffee shops: a bot for guests, a bot for baristas and a panel for the owner.
coffee-demo-link = Try the bots

# Navigation and lists
coffee-guests = Guests
coffee-guests-lead = Everyone who has registered in the bot.
coffee-guests-search = Name or phone
coffee-guests-empty = No guests yet
coffee-guests-empty-note = A guest appears here after registering in the bot. Put the bot's link next to the till.
coffee-guest = Guest
coffee-level = Level
coffee-points = Points
coffee-drinks = Drinks
coffee-sandwiches = Sandwiches
coffee-joined = Joined
coffee-first-name = First name
coffee-last-name = Last name
coffee-phone = Phone
coffee-birth-date = Birth date
coffee-telegram = Telegram ID
coffee-profile = Facts
coffee-all-orders = All orders of this guest
coffee-latest-orders = Latest orders
coffee-latest-points = Latest movements of points
coffee-guest-orders-empty = No orders yet
coffee-guest-orders-empty-note = The first order appears here right after the sale.
coffee-guest-points-empty = No movements yet
coffee-guest-points-empty-note = Points come with the first order.

coffee-orders = Orders
coffee-orders-lead = Every sale made with a guest's code.
coffee-orders-search = Receipt number
coffee-orders-period = Period
coffee-period-today = Today
coffee-period-week = 7 days
coffee-period-month = 30 days
coffee-orders-empty = No orders yet
coffee-orders-empty-note = Sell something in the barista bot: the order is here at once.
coffee-when = When
coffee-barista = Barista
coffee-receipt = Receipt
coffee-sum = Sum

coffee-points-title = Movements of points
coffee-points-lead = A journal in which nothing is corrected or removed.
coffee-points-why = What for
coffee-points-change = Change
coffee-points-after = After
coffee-points-earned = Earned by an order
coffee-points-spent = Spent on an order
coffee-points-empty = No movements yet
coffee-points-empty-note = They come with the first order.

coffee-baristas = Baristas
coffee-baristas-lead = Who may sell through the bot.
coffee-baristas-empty = Nobody can sell yet
coffee-baristas-empty-note = Add a barista by Telegram ID: the bot itself tells the number.
coffee-barista-new = New barista
coffee-barista-name = Name
coffee-barista-telegram-help = A number. The barista bot shows it to anybody who is not on the list yet.
coffee-barista-add = Add
coffee-barista-state = Access
coffee-barista-since = On the list since
coffee-barista-active = May sell
coffee-barista-inactive = Switched off
coffee-barista-start = Give access back
coffee-barista-stop = Switch off
coffee-barista-stop-question = Switch { $name } off?
coffee-barista-stop-consequence = They can no longer sell through the bot. Past orders stay, and access can be given back.
done-coffee-barista-added = The barista is on the list
done-coffee-barista-started = Access is given back
done-coffee-barista-stopped = The barista is switched off

coffee-rules = Rules
coffee-rules-lead = They hold from the next sale on.
coffee-rules-points = Points
coffee-rules-till = Till
coffee-rules-levels = Levels
coffee-rules-levels-lead = How many drinks must be bought in all. Standard begins with the first visit.
coffee-rules-multipliers = Multipliers
coffee-rules-multipliers-lead = What earned points are multiplied by; 100% changes nothing.
coffee-rules-save = Save
coffee-rule-points-per-100 = Points for each full 100 ₽
coffee-rule-spending-limit-percent = The part of a sum that points may pay
coffee-rule-code-seconds = How long a code is good
coffee-rule-largest-sale = The largest sale
coffee-rule-wrong-points-per-100 = From 0 to 100.
coffee-rule-wrong-spending-limit-percent = From 0 to 100%.
coffee-rule-wrong-code-seconds = From 30 to 600 seconds.
coffee-rule-wrong-largest-sale = From 1 to 1,000,000 ₽.
coffee-rule-wrong-level-drinks = Each level must begin above the one before it.
coffee-rule-wrong-level-percent = From 0 to 1,000%.
coffee-unit-points = points
coffee-unit-percent = %
coffee-unit-seconds = s
coffee-unit-roubles = ₽
coffee-unit-drinks = drinks
done-coffee-rules-saved = The rules are saved

coffee-level-standard = Standard
coffee-level-silver = Silver
coffee-level-gold = Gold
coffee-level-platinum = Platinum

# The guests' bot
coffee-language = Choose a language
coffee-welcome = This is the coffee shop's loyalty programme: points for every order, and levels. Press “Begin”, it takes a minute.
coffee-welcome-back = Good to see you, { $name }. What shall we show?
coffee-menu = Choose what to show.
coffee-button-begin = Begin
coffee-button-phone = Share my number
coffee-button-code = Get a payment code
coffee-button-profile = My profile
coffee-button-new-code = Make a new code
coffee-button-confirm = Confirm
coffee-button-again = Fill in again
coffee-ask-phone = Share your number with the button below.
coffee-foreign-contact = This is somebody else's contact. Share your own number with the button below.
coffee-ask-name = What is your name?
coffee-ask-birth-date = When is your birthday? Write the date like this: DD.MM.YYYY
coffee-date-format = That date could not be read. Write it like this: 07.03.1990
coffee-check-data =
    Please check:
    Name: { $name }
    Phone: { $phone }
    Birth date: { $birth_date }
coffee-press-a-button = Press one of the buttons under the message above.
coffee-registered = { $name }, you are registered. Before you pay, press “Get a payment code” and tell the barista the code.
coffee-code =
    Tell the barista this code: { $code }
    It is good for { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    } and only once.
coffee-profile-text =
    { $name }
    Phone: { $phone }
    Birth date: { $birth_date }
    Level: { $level }
    Points: { $points }
    Drinks bought: { $drinks }
    Sandwiches bought: { $sandwiches }
    With us since { $since }
coffee-told-earned = { $earned ->
    [0] Thank you for your order. You have { $balance ->
        [one] { $balance } point
       *[other] { $balance } points
    }.
    [one] { $earned } point earned, { $balance } in all.
   *[other] { $earned } points earned, { $balance } in all.
}
coffee-told-spent = { $spent ->
    [one] { $spent } point spent, { $balance } left.
   *[other] { $spent } points spent, { $balance } left.
}
coffee-told-level = Your new level: { $level }.
coffee-told-next = { $missing ->
    [one] { $missing } drink
   *[other] { $missing } drinks
} to the level “{ $level }”.

# The baristas' bot
coffee-not-a-barista = This bot is for the staff. Your Telegram ID is { $id }. Ask the owner to put it on the list of baristas.
coffee-barista-welcome = { $name }, the till is open.
coffee-barista-menu = Choose what to do.
coffee-barista-cancelled = Cancelled, nothing was sold.
coffee-button-sell = Process an order
coffee-button-history = History
coffee-button-cancel = Cancel
coffee-button-earn = Earn points
coffee-button-spend = Spend points
coffee-button-most = All of { $most }
coffee-ask-code = Enter the guest's 5-digit code.
coffee-guest-found =
    Guest: { $name }
    Level: { $level }, points: { $points }
    Receipt number?
coffee-ask-receipt = Enter the receipt number, up to 32 characters.
coffee-ask-sum = Sum, ₽?
coffee-ask-drinks = How many drinks?
coffee-ask-sandwiches = How many sandwiches?
coffee-count-wrong = Enter a number from 0 to 999.
coffee-ask-points = Earn or spend? Up to { $most ->
    [one] { $most } point
   *[other] { $most } points
} can be spent.
coffee-ask-amount = How many points to spend? At most { $most }.
coffee-preview =
    Guest: { $name }
    Receipt { $receipt }, { $sum }
    Drinks: { $drinks }, sandwiches: { $sandwiches }
    To pay: { $paid }
coffee-preview-earn = Points: +{ $points }. Confirm the order?
coffee-preview-spend = Points: −{ $points }. Confirm the order?
coffee-sold = The order is made. { $name } has { $balance ->
    [one] { $balance } point
   *[other] { $balance } points
}.
coffee-history = Latest sales:
coffee-history-empty = There are no orders yet.
coffee-history-line = Receipt { $receipt } · { $sum } · drinks { $drinks }, sandwiches { $sandwiches } · { $when }

# Errors
error-guest_name_invalid = A name has 1 to 64 characters, with letters. Write it once more.
error-guest_phone_invalid = This does not look like an international number. Use the form +7 916 123-45-67.
error-guest_birth_date_invalid = The birth date must be 14 to 100 years ago. Check the year.
error-guest_registered = This person is registered already.
error-guest_phone_taken = Another guest has this number. If it is yours, ask at the coffee shop: they will help.
error-code_unknown = The code was not found or is used already. Ask the guest to open the bot and read the code again.
error-code_expired = The code has run out. Ask the guest for a new one.
error-code_too_many = Too many tries in a row. Wait a minute and enter the code again.
error-order_receipt_invalid = A receipt number has 1 to 32 characters.
error-order_sum_invalid = The sum must be more than 0 and at most { $most } ₽.
error-order_counts_invalid = An order has at least one drink or sandwich, and at most 999 of each.
error-order_points_over_limit = Points can pay from 1 to { $most } of this order. Enter another number.
error-order_barista_unknown = This barista is not on the list or is switched off.
error-barista_name_invalid = A name has 1 to 64 characters, with letters.
error-barista_telegram_id_invalid = A Telegram ID is a positive number. The barista bot shows it to anybody who is not on the list yet.
error-barista_known = A barista with this Telegram ID is on the list already.
error-order_points_unclear = The request contradicts itself: use_points and used_points_amount disagree. Send both or neither.

# Acts in the audit log
audit-act-coffee-baristas-add = Barista put on the list
audit-act-coffee-baristas-start = Barista given access back
audit-act-coffee-baristas-stop = Barista switched off
audit-act-coffee-guests-create = Guest registered over the API

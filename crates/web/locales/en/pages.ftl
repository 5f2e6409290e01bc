### Words of the pages and widgets that every product shares.

## Around the page

pages-skip = Skip to content
pages-home = Go to the first page
pages-menu = Menu
pages-nav = Sections
pages-crumbs = Where you are
pages-tabs = Parts of this page
pages-language = Language
pages-theme = Switch between light and dark
pages-dismiss = Close the message
pages-cancel = Cancel
pages-copy = Copy
pages-sign-out = Sign out

## Lists

pages-list-any = All
pages-list-filters = Filters
pages-list-from = From
pages-list-to = To
pages-list-show = Show
pages-list-export = Export CSV
pages-list-active = Active filters
pages-list-searched = Search: { $text }
pages-list-remove = Remove the filter
pages-list-reset = Reset filters
pages-list-nothing = Nothing matches these filters
pages-list-nothing-detail = Remove one of them or check the spelling.
pages-list-no-page = This page of the list is empty
pages-list-first = Go to the first rows
pages-list-choose = Choose { $name }
pages-list-choose-all = Choose every row on this page
pages-list-chosen = chosen
pages-list-range = { $first }–{ $last } of { $total }
pages-list-pages = Pages of the list
pages-list-previous = Previous page
pages-list-next = Next page

## Forms and charts

pages-form-optional = optional
pages-form-problems = { $count ->
    [one] Check one field
   *[other] Check { $count } fields
}
pages-chart-empty = There is no data for this period yet.
pages-chart-table = Show as a table

## Signing in

pages-sign-in = Sign in
pages-sign-in-ask = You sign in with a one-time link. Run this command on the server and open the link that it prints.
pages-sign-in-ready = You are signing in as { $account }. The link works once.
pages-sign-in-go = Sign in
pages-sign-in-expired = This link has been used or has expired
pages-sign-in-expired-detail = Each link works once and for a short time. Create a new one with this command.
pages-sign-in-where = In Docker, run it inside the container.

## Errors

pages-error-id = Request number for support:
pages-error-sign-in-title = You need to sign in
pages-error-sign-in-detail = This page is only for people who have signed in, or your session has ended.
pages-error-sign-in-next = Sign in and open the page again.
pages-error-forbidden-title = This is not open to you
pages-error-forbidden-detail = Your account does not have the right to see this page.
pages-error-forbidden-next = If you need it for work, ask your administrator.
pages-error-missing-title = There is no such page
pages-error-missing-detail = It may have been moved or removed, or the address has a typo.
pages-error-missing-next = Check the address or start from the first page.
pages-error-busy-title = Too many requests
pages-error-busy-detail = We have received more requests from you than we can answer at once.
pages-error-busy-next = Wait a minute and try again.
pages-error-away-title = The service is not available right now
pages-error-away-detail = It is restarting or under heavy load. Your data is safe.
pages-error-away-next = Try again in a minute.
pages-error-broken-title = Something went wrong on our side
pages-error-broken-detail = The request was not completed. We have recorded what happened.
pages-error-broken-next = Try again. If it happens again, tell support the number below.
pages-error-refused-title = The request was not accepted
pages-error-refused-detail = Something in the request is missing or does not fit.
pages-error-refused-next = Go back, check what you entered and try again.

## The first page

pages-landing-title = One house for the whole caravan
pages-landing-lead = Karavan runs several services under one roof: one sign-in, one panel, one set of books. Choose a door.
pages-landing-products = Services in this house
pages-landing-demo = This is a demo: chats, payments and mail are simulated, and no real money moves.
pages-landing-empty = No service is switched on yet
pages-landing-empty-detail = Name the services you want in karavan.toml and restart the program.
pages-cookies = Your browser keeps only what this site needs: your sign-in, the language and the theme. No tracking.
pages-cookies-read = Got it
pages-documents = Documents

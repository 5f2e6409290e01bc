### Words of legal texts and consents.

legal-title = Documents
legal-lead = What holds here, and what is done with data.
legal-none = No documents are published yet.
legal-version = Version { $version }, since { $since }
legal-document = Document
legal-language = Language
legal-version-number = Version
legal-published = Published
legal-not-published = Not yet
legal-editor-lead = Texts that people read and agree to. Each change is a new version; the old ones remain readable for those who agreed to them.
legal-heading = Heading
legal-body = Text
legal-body-help = Headings begin with ##, list items with a dash. Fill in what stands in double square brackets.
legal-publish = Publish
legal-agree = What you agree to
legal-required = { $title } (needed for an account)
legal-read = Read:
legal-privacy = Privacy policy
legal-cookies = Cookies
legal-agreement = User agreement
legal-offer = Offer for shops
legal-refunds = Refunds
legal-consent-data = Consent to the processing of personal data
legal-consent-transfer = Consent to data going abroad
legal-consent-news = Consent to news and offers

consents-title = What you agreed to
consents-lead = Each with the text as it was then.
consents-given = Given
consents-withdrawn = Withdrawn { $when }
consents-withdraw = Withdraw
consents-holds = Holds while you have an account
consents-give = Agree: { $title }
consents-none = Nothing yet
consents-none-note = What you agree to appears here.

done-consent-given = Your consent is written down
done-consent-withdrawn = Your consent is withdrawn
done-legal-published = The new version is published

error-agreement_missing = Tick what is needed for an account.
error-legal_text_changed = A newer version has been published meanwhile. Open the page again and read it.
error-consent_required = An account needs this consent. To take it back, delete the account.
error-legal_title_invalid = Write a heading of at most 200 characters.
error-legal_body_invalid = Write a text of at most 100,000 characters.
error-legal_body_gaps = Fill in what stands in double square brackets, then publish.

audit-act-account-consent-give = Consent given
audit-act-account-consent-withdraw = Consent withdrawn
audit-act-legal-text-publish = Legal text published

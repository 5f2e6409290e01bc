mail-footer = Karavan sent this letter by itself. Nobody reads answers to it.

mail-verify-email-subject = Confirm your e-mail address
mail-verify-email-title = Confirm your e-mail address
mail-verify-email-body = Enter this code where you signed up, or open the link. Both are good for 30 minutes and work once.
mail-verify-email-action = Confirm the address
mail-verify-email-note = If you did not sign up, leave this letter alone: nothing happens without the code.

mail-reset-password-subject = Choose a new password
mail-reset-password-title = Choose a new password
mail-reset-password-body = Somebody asked for a new password for your account. Enter this code on the page where you asked, or open the link. Both are good for 30 minutes and work once.
mail-reset-password-action = Choose a new password
mail-reset-password-note = If that was not you, leave this letter alone: your password stays as it is.

mail-email-taken-subject = You have an account already
mail-email-taken-title = You have an account already
mail-email-taken-body = Somebody tried to sign up with your e-mail address, and there is an account with it already. If it was you, sign in; if you have forgotten the password, ask for a new one on the sign-in page.
mail-email-taken-note = If that was not you, there is nothing to do: nobody has got into your account.

mail-password-changed-subject = Your password was changed
mail-password-changed-title = Your password was changed
mail-password-changed-body = Your account has a new password. Every device has to sign in again.
mail-password-changed-note = If that was not you, ask for a new password on the sign-in page at once.

mail-two-step-on-subject = Two-step sign-in is on
mail-two-step-on-title = Two-step sign-in is on
mail-two-step-on-body = From now on a code from your app is asked for after your password. Every other device has to sign in again.
mail-two-step-on-note = If that was not you, ask whoever runs this site for help at once: somebody has your password.

mail-two-step-off-subject = Two-step sign-in is off
mail-two-step-off-title = Two-step sign-in is off
mail-two-step-off-body = From now on your password alone opens your account. Every other device has to sign in again.
mail-two-step-off-note = If that was not you, ask for a new password on the sign-in page at once, and set two-step sign-in up again.

mail-recovery-code-used-subject = A recovery code was used
mail-recovery-code-used-title = A recovery code was used
mail-recovery-code-used-body = On { $at } somebody showed a recovery code of your account instead of a code from the app, address { $ip }. Codes left: { $left }.
mail-recovery-code-used-note = If that was you, all is well; make new codes in your account when few are left. If not, ask for a new password on the sign-in page at once, then make new codes.

mail-sign-in-notice-subject = New sign-in to your account
mail-sign-in-notice-title = New sign-in to your account
mail-sign-in-notice-body = Somebody signed in to your account on { $at }: { $device }, address { $ip }.
mail-sign-in-notice-note = If that was you, all is well. If not, change the password and end the other sign-ins in your account.

mail-sessions-ended-subject = Your sign-ins were ended
mail-sessions-ended-title = Your sign-ins were ended
mail-sessions-ended-body = A sign-in to your account was used in two places at once, as happens when somebody has copied it. To keep the other one out it was ended: sign in again.
mail-sessions-ended-note = If you do not know how that came about, change the password.

mail-invitation-subject = Invitation to { $organisation }
mail-invitation-title = Invitation to { $organisation }
mail-invitation-body = { $inviter } invites you to join { $organisation }. Open the link to see what you are offered and to accept.
mail-invitation-action = See the invitation
mail-invitation-note = If you do not know the person, leave this letter alone: nothing happens without you.

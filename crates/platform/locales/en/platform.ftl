admin-platform = Program
admin-owner = Owner

home-title = Overview
home-lead = How the work goes that the program does by itself.
home-waiting = Waiting
home-running = Running
home-failed = Failed
home-failed-note = see why

jobs-title = Jobs
jobs-lead = Messages, notices and other work in the background.
jobs-name = Job
jobs-state = State
jobs-attempt = Attempt
jobs-run-at = Runs at
jobs-error = Last error
jobs-empty = No jobs
jobs-empty-note = Finished jobs leave at once; only those that wait or have failed stay here.
jobs-queued = Waiting
jobs-running = Running
jobs-dead = Failed
jobs-facts = Facts
jobs-id = Id
jobs-created-at = Created
jobs-by = Created by
jobs-node = Node
jobs-replay = Try again
done-job-replayed = The job is queued again

error-job_not_dead = This job is no longer among the failed ones. Reload the list.
error-idempotency_key_invalid = The Idempotency-Key header takes 1 to 200 visible ASCII characters.
error-idempotency_key_reused = This Idempotency-Key belongs to another request. Take a new key.
error-settings_changed = Somebody else changed the settings meanwhile. Open the page again and repeat your change.
error-webhook_secret_invalid = The secret of this webhook is missing or wrong.

product-panel = Panel
product-docs = API reference

-- What was done stays written; only details can be erased, and then all of them.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_details_only_erase BEFORE UPDATE ON audit_details
WHEN NEW.entry_id <> OLD.entry_id
     OR COALESCE(NEW.salt, NEW.who, NEW.who_key, NEW.before_json, NEW.after_json, NEW.ip, NEW.user_agent) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'audit details can only be erased'); END;
CREATE TRIGGER audit_details_no_delete BEFORE DELETE ON audit_details
BEGIN SELECT RAISE(ABORT, 'audit details can only be erased'); END;

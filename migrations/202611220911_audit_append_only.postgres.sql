-- What was done stays written; only details can be erased, and then all of them.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_details_append_only BEFORE DELETE OR TRUNCATE ON audit_details
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE FUNCTION audit_details_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entry_id <> OLD.entry_id OR NEW.salt IS NOT NULL
       OR COALESCE(NEW.who, NEW.who_key, NEW.before_json, NEW.after_json, NEW.ip, NEW.user_agent) IS NOT NULL
    THEN RAISE EXCEPTION 'audit details can only be erased';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_details_only_erase BEFORE UPDATE ON audit_details
FOR EACH ROW EXECUTE FUNCTION audit_details_only_erase();

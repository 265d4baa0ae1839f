-- Every change of a token is told to the processes that remember tokens, by whichever statement it is made: a release's
-- own, the cascade of a removed user, or one typed by hand. One notification a statement, with the user whose tokens
-- changed, or with nothing where they are several users'.
--
-- Users themselves are not told of: nothing that a token permits hangs on a user's name or address. So an import of many
-- users sends nothing, and no transaction that writes jobs ever does.

CREATE FUNCTION tell_of_tokens() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    -- The cascade of a user without tokens changes none.
    PERFORM pg_notify('millrace_tokens', told.who)
    FROM (
        SELECT CASE WHEN min(user_id::text) = max(user_id::text) THEN min(user_id::text) ELSE '' END AS who
        FROM changed_tokens
        HAVING count(*) > 0
    ) AS told;
    RETURN NULL;
END
$function$;

CREATE FUNCTION tell_of_all_tokens() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM pg_notify('millrace_tokens', '');
    RETURN NULL;
END
$function$;

CREATE TRIGGER api_tokens_tell_inserted AFTER INSERT ON api_tokens
    REFERENCING NEW TABLE AS changed_tokens FOR EACH STATEMENT EXECUTE FUNCTION tell_of_tokens();
CREATE TRIGGER api_tokens_tell_deleted AFTER DELETE ON api_tokens
    REFERENCING OLD TABLE AS changed_tokens FOR EACH STATEMENT EXECUTE FUNCTION tell_of_tokens();
-- No statement of ours changes a token.
CREATE TRIGGER api_tokens_tell_updated AFTER UPDATE ON api_tokens
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_all_tokens();
CREATE TRIGGER api_tokens_tell_truncated AFTER TRUNCATE ON api_tokens
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_all_tokens();

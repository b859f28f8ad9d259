SET ROLE contrast_owner;
COMMENT ON FUNCTION contrast.enqueue_generate IS
'Pictures by prompt. prompt: {subject} stands for the class noun; give null and options {"prompts": […]}
for several. class, images: noun and reference pictures (paths below the input root) of one subject;
subjects: JSON for several. adapter: a path below the models root or job:ID of its train job (default:
none). base: small-world by default. count: pictures, 1. seed: picture i uses seed + i; drawn and recorded
by default. width, height: the base''s own size. steps: 50. sampler: ddim, euler or dpmpp_2m.
guidance_scale: 7.5. gamma: weight of the visual branch, 1. location_mask: true. save_masks: false. method:
customcontrast, ip_adapter or text_only.';
CREATE OR REPLACE FUNCTION contrast.check_payload() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_kind text := (SELECT j.kind FROM contrast.job j WHERE j.id = NEW.job_id);
    v_found text;
    f record;
BEGIN
    IF NOT EXISTS (SELECT FROM contrast.field d WHERE d.kind = v_kind) THEN
        RAISE EXCEPTION 'jobs of the kind "%" are not offered; the kinds are %', v_kind,
            (SELECT string_agg(DISTINCT d.kind, ', ' ORDER BY d.kind) FROM contrast.field d)
            USING ERRCODE = 'JQ004';
    END IF;
    FOR f IN
        SELECT p.key, p.value, d.type, d.choices
          FROM jsonb_each(NEW.params) p LEFT JOIN contrast.field d ON d.kind = v_kind AND d.name = p.key
         ORDER BY p.key
    LOOP
        v_found := CASE WHEN length(f.value::text) <= 42 THEN f.value::text
                        ELSE 'a longer ' || jsonb_typeof(f.value) END;
        IF f.type IS NULL THEN
            RAISE EXCEPTION '$.%: expected a known field, found "%"; the fields of % are %',
                left(f.key, 40), left(f.key, 40), v_kind,
                (SELECT string_agg(d.name, ', ' ORDER BY d.name) FROM contrast.field d WHERE d.kind = v_kind)
                USING ERRCODE = 'JQ004';
        ELSIF jsonb_typeof(f.value) = 'null' THEN
            CONTINUE;                           -- the same as leaving it out
        ELSIF jsonb_typeof(f.value) <> replace(f.type, 'integer', 'number')
            OR (f.type = 'integer' AND (f.value #>> '{}')::numeric % 1 <> 0) THEN
            RAISE EXCEPTION '$.%: expected % %, found %; correct it', f.key,
                CASE WHEN f.type ~ '^[aeio]' THEN 'an' ELSE 'a' END, f.type, v_found
                USING ERRCODE = 'JQ004';
        ELSIF cardinality(f.choices) = 1 AND f.value #>> '{}' <> f.choices[1] THEN
            RAISE EXCEPTION '$.%: expected "%", the only choice there is, found %; leave the field out',
                f.key, f.choices[1], v_found USING ERRCODE = 'JQ004';
        ELSIF f.value #>> '{}' <> ALL (f.choices) THEN
            RAISE EXCEPTION '$.%: expected one of %, found %; choose one of them',
                f.key, array_to_string(f.choices, ', '), v_found USING ERRCODE = 'JQ004';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
UPDATE contrast.field f SET type = 'object', choices = NULL WHERE f.kind = 'train' AND f.name = 'method';
UPDATE contrast.field f SET choices = '{customcontrast,ip_adapter,text_only}' WHERE f.kind = 'generate' AND f.name = 'method';
UPDATE contrast.field f SET choices = '{ddim,euler,dpmpp_2m}' WHERE f.kind = 'generate' AND f.name = 'sampler';
ALTER TABLE contrast.field DROP CONSTRAINT field_type_check;
ALTER TABLE contrast.field ADD CONSTRAINT field_type_check
    CHECK (type IN ('integer', 'number', 'boolean', 'string', 'array', 'object'));
DELETE FROM contrast.migration WHERE version = 12;
RESET ROLE;

-- One function for each kind of job, with the fields of its payload that people set most as arguments.
-- What is null is left out of the payload and takes the default that docs/JOBS.md names; options holds
-- every other field. Where base, adapter, data or judge is 'job:ID', the job waits for that one.
SET ROLE contrast_owner;

CREATE FUNCTION contrast.payload(fields jsonb, options jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_twice text;
BEGIN
    payload.fields := jsonb_strip_nulls(payload.fields);
    IF jsonb_typeof(payload.options) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'options must be a JSON object, not %', coalesce(jsonb_typeof(payload.options), 'null')
            USING ERRCODE = 'JQ004';
    END IF;
    SELECT k INTO v_twice FROM jsonb_object_keys(payload.options) k WHERE payload.fields ? k LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is given twice, as an argument and in options', v_twice USING ERRCODE = 'JQ004';
    END IF;
    RETURN payload.fields || payload.options;
END $$;

CREATE FUNCTION contrast.subjects(class text, images text[], subjects jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF subjects.subjects IS NOT NULL AND (subjects.class IS NOT NULL OR subjects.images IS NOT NULL) THEN
        RAISE EXCEPTION 'give either class and images, or subjects' USING ERRCODE = 'JQ004';
    ELSIF subjects.subjects IS NOT NULL THEN
        RETURN subjects.subjects;
    ELSIF subjects.class IS NULL AND subjects.images IS NULL THEN
        RETURN NULL;
    ELSIF subjects.class IS NULL OR coalesce(cardinality(subjects.images), 0) = 0 THEN
        RAISE EXCEPTION 'a subject needs both its class noun and at least one reference picture'
            USING ERRCODE = 'JQ004';
    END IF;
    RETURN jsonb_build_array(jsonb_build_object('class', subjects.class, 'images', to_jsonb(subjects.images)));
END $$;

CREATE FUNCTION contrast.enqueue_generate(
    prompt text, class text DEFAULT NULL, images text[] DEFAULT NULL, adapter text DEFAULT NULL,
    base text DEFAULT NULL, count int DEFAULT NULL, seed bigint DEFAULT NULL,
    negative_prompt text DEFAULT NULL, width int DEFAULT NULL, height int DEFAULT NULL,
    steps int DEFAULT NULL, sampler text DEFAULT NULL, guidance_scale numeric DEFAULT NULL,
    gamma numeric DEFAULT NULL, location_mask boolean DEFAULT NULL, save_masks boolean DEFAULT NULL,
    method text DEFAULT NULL, subjects jsonb DEFAULT NULL, options jsonb DEFAULT '{}',
    priority int DEFAULT 0, run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}',
    idem_key text DEFAULT NULL, need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('generate', contrast.payload(jsonb_build_object(
            'prompt', prompt, 'subjects', contrast.subjects(class, images, subjects), 'adapter', adapter,
            'base', base, 'count', count, 'seed', seed, 'negative_prompt', negative_prompt, 'width', width,
            'height', height, 'steps', steps, 'sampler', sampler, 'guidance_scale', guidance_scale,
            'gamma', gamma, 'location_mask', location_mask, 'save_masks', save_masks, 'method', method),
            options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_generate IS
'Pictures by prompt. prompt: {subject} stands for the class noun; give null and options {"prompts": […]}
for several. class, images: noun and reference pictures (paths below the input root) of one subject;
subjects: JSON for several. adapter: a path below the models root or job:ID of its train job (default:
none). base: small-world by default. count: pictures, 1. seed: picture i uses seed + i; drawn and recorded
by default. width, height: the base''s own size. steps: 50. sampler: ddim, euler or dpmpp_2m.
guidance_scale: 7.5. gamma: weight of the visual branch, 1. location_mask: true. save_masks: false. method:
customcontrast, ip_adapter or text_only.';

CREATE FUNCTION contrast.enqueue_train(
    data text, base text DEFAULT NULL, adapter text DEFAULT NULL, max_train_steps int DEFAULT NULL,
    train_batch_size int DEFAULT NULL, learning_rate numeric DEFAULT NULL, resolution int DEFAULT NULL,
    seed bigint DEFAULT NULL, checkpointing_steps int DEFAULT NULL, validation_steps int DEFAULT NULL,
    options jsonb DEFAULT '{}', priority int DEFAULT 0, run_at timestamptz DEFAULT NULL,
    after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL, conc_key text DEFAULT NULL,
    need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('train', contrast.payload(jsonb_build_object(
            'data', data, 'base', base, 'adapter', adapter, 'max_train_steps', max_train_steps,
            'train_batch_size', train_batch_size, 'learning_rate', learning_rate, 'resolution', resolution,
            'seed', seed, 'checkpointing_steps', checkpointing_steps,
            'validation_steps', validation_steps), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        conc_key => conc_key, need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_train IS
'An adapter from a data set. data: a multi-view folder below the input root, or job:ID of a prepare job.
base: small-world by default. adapter: one to start from, or none. max_train_steps: 1000. train_batch_size:
8. learning_rate: 3e-5. resolution: the base''s own size. seed: drawn and recorded. checkpointing_steps:
besides every five minutes. validation_steps: 500. options: every other field (method, losses, …).';

CREATE FUNCTION contrast.enqueue_pretrain(
    component text, data text, base text DEFAULT NULL, preset text DEFAULT NULL,
    max_train_steps int DEFAULT NULL, train_batch_size int DEFAULT NULL,
    learning_rate numeric DEFAULT NULL, seed bigint DEFAULT NULL, options jsonb DEFAULT '{}',
    priority int DEFAULT 0, run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}',
    idem_key text DEFAULT NULL, conc_key text DEFAULT NULL, need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('pretrain', contrast.payload(jsonb_build_object(
            'component', component, 'data', data, 'base', base, 'preset', preset,
            'max_train_steps', max_train_steps, 'train_batch_size', train_batch_size,
            'learning_rate', learning_rate, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        conc_key => conc_key, need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_pretrain IS
'A part of a small base model, from scratch. component: autoencoder, clip or unet. data: a folder with
captions below the input root, or job:ID of a prepare job. base: the base whose other parts are used, or
job:ID of the pretrain job that made them. preset: small. max_train_steps: 5000. train_batch_size: 32.
learning_rate: 3e-4. seed: drawn and recorded.';

CREATE FUNCTION contrast.enqueue_evaluate(
    jobs bigint[], metrics text[] DEFAULT NULL, judge text DEFAULT NULL, seed bigint DEFAULT NULL,
    options jsonb DEFAULT '{}', priority int DEFAULT 0, run_at timestamptz DEFAULT NULL,
    after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL, need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('evaluate', contrast.payload(jsonb_build_object(
            'jobs', jobs, 'metrics', metrics, 'judge', judge, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_evaluate IS
'Scores of the pictures of generate jobs, after they are done. jobs: their ids. metrics: clip_t, clip_i,
dino (default: the first two). judge: folder of the encoders that judge, small-world by default.';

CREATE FUNCTION contrast.enqueue_prepare(
    name text, classes text[] DEFAULT NULL, subjects int DEFAULT NULL, views int DEFAULT NULL,
    split text DEFAULT NULL, edits boolean DEFAULT NULL, resolution int DEFAULT NULL,
    seed bigint DEFAULT NULL, options jsonb DEFAULT '{}', priority int DEFAULT 0,
    run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL,
    need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('prepare', contrast.payload(jsonb_build_object(
            'name', name, 'classes', classes, 'subjects', subjects, 'views', views, 'split', split,
            'edits', edits, 'resolution', resolution, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_prepare IS
'A data set of the small world. name: of its folder. classes: nouns (default: every class). subjects: 64.
views: pictures per subject, 12. split: train, validation or test. edits: scenes, accessories, styles and
shapes in pictures and captions, false. resolution: 64. seed: drawn and recorded.';

CREATE FUNCTION contrast.enqueue_visualize(
    adapter text, view text DEFAULT NULL, base text DEFAULT NULL, prompt text DEFAULT NULL,
    class text DEFAULT NULL, images text[] DEFAULT NULL, data text DEFAULT NULL, seed bigint DEFAULT NULL,
    subjects jsonb DEFAULT NULL, options jsonb DEFAULT '{}', priority int DEFAULT 0,
    run_at timestamptz DEFAULT NULL, after bigint[] DEFAULT '{}', idem_key text DEFAULT NULL,
    need_tags text[] DEFAULT '{}')
RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT contrast.enqueue('visualize', contrast.payload(jsonb_build_object(
            'adapter', adapter, 'view', view, 'base', base, 'prompt', prompt,
            'subjects', contrast.subjects(class, images, subjects), 'data', data, 'seed', seed), options),
        priority => priority, run_at => run_at, after => after, idem_key => idem_key,
        need_tags => need_tags) $$;
COMMENT ON FUNCTION contrast.enqueue_visualize IS
'A picture of what an adapter does. view: attention (default) or embedding. class, images: a subject.
data: the views that an embedding projects. prompt: a photo of a {subject} by default.';

INSERT INTO contrast.migration (version, name) VALUES (4, 'kinds');
RESET ROLE;

SET ROLE contrast_owner;
DROP FUNCTION contrast.enqueue_visualize, contrast.enqueue_prepare, contrast.enqueue_evaluate,
    contrast.enqueue_pretrain, contrast.enqueue_train, contrast.enqueue_generate, contrast.subjects,
    contrast.payload;
DELETE FROM contrast.migration WHERE version = 4;
RESET ROLE;

-- Claiming and enqueueing keep their plans. The server took the plan that fits every call for dearer than one made for the
-- call at hand, and made that anew each time: more than half of a claim was planning. Scans and sorts are off in
-- both, so there is no better plan to be found by looking at the values.
SET ROLE contrast_owner;
ALTER FUNCTION contrast.claim SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION contrast.enqueue SET plan_cache_mode = force_generic_plan;
INSERT INTO contrast.migration (version, name) VALUES (26, 'claim_plans');
RESET ROLE;

-- Pictures may be decoded tile by tile.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES ('generate', 'vae_tiling', 'string', '{auto,always,never}');
INSERT INTO contrast.migration (version, name) VALUES (18, 'autoencoder_tiling');
RESET ROLE;

"""Plain rooms of scripts/12_run_full_pipeline.py: reading a folder, reading the recipe, evaluating."""

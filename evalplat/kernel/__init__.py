"""What every part stands on: settings, database, time, errors, texts, templates. Knows nothing of evaluation."""

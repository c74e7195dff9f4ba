"""What is kept: tables, store, migrations and exports."""

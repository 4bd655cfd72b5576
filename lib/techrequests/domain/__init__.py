"""The rules of the process as values and functions: no clock, no files, no SQL, no Streamlit."""

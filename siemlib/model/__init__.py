"""The words of the project as plain values: time spans, runs, observables, findings. Imports nothing above it."""

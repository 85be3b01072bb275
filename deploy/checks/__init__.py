"""Offline checks of the deployment: no cluster, no container engine, no kubectl."""

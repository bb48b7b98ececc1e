"""Activities as watches and services write them: only reading."""

"""What `clinicflow up` needs around the services: a database and a broker that are started, watched and stopped."""

"""What every page for a browser shares: sessions, CSRF, security headers, error pages, logging in. Layer of routes."""

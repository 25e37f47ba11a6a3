"""What the pages show, as HTML: every text of others goes through `ui.web.escape`, all markup is ours."""

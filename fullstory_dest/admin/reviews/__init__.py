"""Reviews of proposed deployments: the page of each, and a source's Reviews tab."""

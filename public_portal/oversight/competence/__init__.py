"""National oversight's decisions on competence, for cases that no administration took over."""

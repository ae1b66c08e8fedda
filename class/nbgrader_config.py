"""nbgrader's settings for the exercise sheet, which `make assignment` puts into the course."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "lazy-initialization"
c.ClearSolutions.code_stub = {"python": "# Your answer here"}
# Students change the cells of answers and add cells of their own, nothing else.
c.LockCells.lock_all_cells = True
# A check that was deleted comes back.
c.OverwriteCells.add_missing_cells = True
# Seconds for one cell: the first import of torch from a slow disk takes its time.
c.Execute.timeout = 120

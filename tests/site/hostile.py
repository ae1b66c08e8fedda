from IPython.display import HTML, SVG, display

display(
    HTML("""<b>bold</b><script>document.title = "slipped"</script>
<img src="x" onerror="document.title = 'slipped'">
<style>body {display: none}</style><iframe srcdoc="x"></iframe><form action="https://example.com"><input></form>
<a href="javascript:document.title = 'slipped'">link</a><p style="position: fixed">styled</p>""")
)
display(
    SVG(
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
        '<script>parent.document.title = "slipped"</script></svg>'
    )
)

"""Why a value or a gradient is what nobody wants, in words: asked of a graph, without any check."""

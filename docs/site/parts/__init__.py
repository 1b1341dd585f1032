"""What the site's pages hold beside text: formulas, pictures and live pages made by the build, questions."""

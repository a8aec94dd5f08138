"""Claims show what they saw here as they do in a proof."""

import pytest

pytest.register_assert_rewrite("plumbline.claims")

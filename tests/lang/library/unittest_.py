# skip: threads: one runner at a time
import io
import re
import unittest
from unittest import mock


class Tests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("setUpClass")

    def setUp(self):
        self.value = 5

    def tearDown(self):
        self.value = None

    def test_pass(self):
        self.assertEqual(self.value, 5)
        self.assertIn(1, [1])
        with self.assertRaisesRegex(ValueError, "b.d"):
            raise ValueError("bad")

    def test_fail(self):
        self.assertEqual([1, 2], [1, 3])

    def test_error(self):
        {}["x"]

    @unittest.skip("reason")
    def test_skip(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail()

    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)

    def test_mock(self):
        m = mock.Mock(return_value=3)
        self.assertEqual(m(1, k=2), 3)
        m.assert_called_once_with(1, k=2)
        with mock.patch("os.getcwd", return_value="/x"):
            import os
            self.assertEqual(os.getcwd(), "/x")


stream = io.StringIO()
suite = unittest.defaultTestLoader.loadTestsFromTestCase(Tests)
result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), len(result.expectedFailures))
for line in stream.getvalue().splitlines():
    if re.search(r" \.\.\. |^(AssertionError|KeyError|FAILED|First)", line):
        print(line)

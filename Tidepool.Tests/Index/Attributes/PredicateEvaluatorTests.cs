using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Attributes;

public sealed class PredicateEvaluatorTests
{
    private static readonly int[] s_rowCounts = [0, 1, 63, 64, 65, 1_023, 1_024, 1_025, 2_500, 5_000];

    [Test]
    public void Evaluate_RandomPredicatesOverMemtableColumns_AgreesWithTheirMeaning([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        int rowCount = s_rowCounts[random.Next(s_rowCounts.Length)];
        var table = new TestTable(random, rowCount);

        AssertAgree(random, table, table, predicateCount: 60);
    }

    /// <summary>Holds the evaluator, and the definition for one document, to what random predicates mean.</summary>
    internal static void AssertAgree(Random random, TestTable table, IColumnLookup columns, int predicateCount)
    {
        var values = new RandomValues(random);
        var result = new RowBitmap();
        for (int i = 0; i < predicateCount; i++)
        {
            RandomPredicate predicate = RandomPredicate.Create(values, depth: 3);
            PredicateEvaluator.Evaluate(predicate.Predicate, columns, table.RowCount, result);

            var expected = new RowBitmap(table.RowCount);
            for (int ordinal = 0; ordinal < table.RowCount; ordinal++)
            {
                int row = ordinal;
                bool isMatch = predicate.IsMatch(name => table.GetValue(name, row));
                if (isMatch)
                {
                    expected.Set(ordinal);
                }

                if (ordinal % 7 == 0)
                {
                    bool isDefined = PredicateEvaluator.Matches(predicate.Predicate, new RowValues(columns, ordinal));
                    Assert.That(isDefined, Is.EqualTo(isMatch), $"{predicate.Text}, row {ordinal}");
                }
            }

            if (!result.Words.SequenceEqual(expected.Words))
            {
                Assert.Fail(Explain(predicate, table, result, expected));
            }
        }
    }

    private static string Explain(RandomPredicate predicate, TestTable table, RowBitmap found, RowBitmap expected)
    {
        for (int ordinal = 0; ordinal < table.RowCount; ordinal++)
        {
            if (found[ordinal] != expected[ordinal])
            {
                string row = string.Join("; ", table.Values.Select(column => $"{column.Key}={column.Value[ordinal]}"));
                return $"{predicate.Text}: row {ordinal} of {table.RowCount} is {found[ordinal]}; {row}";
            }
        }

        return $"{predicate.Text}: bits past the {table.RowCount} rows are set";
    }
}

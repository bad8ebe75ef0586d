using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class FilterTranslatorTests
{
    private static readonly DateTimeOffset s_instant = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_guid = new("01234567-89ab-cdef-0123-456789abcdef");

    private static readonly NamespaceSchema s_schema = SchemaRules.Merge(
        NamespaceSchema.Empty,
        [],
        [
            new("flag", ColumnType.Boolean), new("year", ColumnType.Int64), new("price", ColumnType.Double),
            new("name", ColumnType.String), new("owner", ColumnType.Guid), new("at", ColumnType.Timestamp),
            new("hash", ColumnType.Bytes), new("flags", ColumnType.BooleanArray), new("ints", ColumnType.Int64Array),
            new("reals", ColumnType.DoubleArray), new("tags", ColumnType.StringArray),
            new("owners", ColumnType.GuidArray), new("times", ColumnType.TimestampArray),
        ]);

    /// <summary>Everything but null, one value for each attribute.</summary>
    private static readonly Document s_full = new(1)
    {
        ["flag"] = true,
        ["year"] = 2026,
        ["price"] = 2.5,
        ["name"] = "straße",
        ["owner"] = s_guid,
        ["at"] = s_instant,
        ["hash"] = new byte[] { 1, 2 },
        ["flags"] = new[] { true },
        ["ints"] = new[] { 1, 2 },
        ["reals"] = new[] { 1.0, 2.5 },
        ["tags"] = new[] { "a", "b" },
        ["owners"] = new[] { s_guid },
        ["times"] = new[] { s_instant },
    };

    private static readonly Document s_empty = new(2);

    /// <summary>A filter, and whether the full and the empty document match.</summary>
    private static IEnumerable<TestCaseData> Conditions()
    {
        FilterField F(string name) => Filter.Field(name);
        (Filter Filter, bool Full, bool Empty)[] cases =
        [
            (F("flag") == true, true, false),
            (F("flag") != true, false, true),
            (F("flag") < true, false, false),
            (F("year") == 2026, true, false),
            (F("year") == 2026.0, true, false),
            (F("year") == 2026.5, false, false),
            (F("year") != 2026.5, true, true),
            (F("year") > 2025.5, true, false),
            (F("year") >= 2026.5, false, false),
            (F("year") < double.PositiveInfinity, true, false),
            (F("year") <= 2026, true, false),
            (!(F("year") <= 2026), false, true),
            (F("price") == 2.5, true, false),
            (F("price") > 2, true, false),
            (F("price") < 3, true, false),
            (F("name") == "straße", true, false),
            (F("name") == "STRASSE", false, false),
            (F("name") > "strasse", true, false),
            (F("name").StartsWith("str"), true, false),
            (F("name").StartsWith(""), true, false),
            (!F("name").StartsWith("str"), false, true),
            (F("name").Matches("s?ra*e"), true, false),
            (F("name").Matches("stra"), false, false),
            (F("name").Matches("*"), true, false),
            (F("name").In("x", "straße"), true, false),
            (F("name").In("x", AttributeValue.Null), false, true),
            (F("name").In(), false, false),
            (!F("name").In(), true, true),
            (F("owner") == s_guid, true, false),
            (F("owner") < s_guid, false, false),
            (F("at") >= s_instant, true, false),
            (F("at") > new DateOnly(2026, 3, 3), true, false),
            (F("hash") == new byte[] { 1, 2 }, true, false),
            (F("hash") < new byte[] { 2 }, true, false),
            (F("flags").Contains(true), true, false),
            (F("ints").Contains(2), true, false),
            (F("ints").Contains(2.0), true, false),
            (F("ints").Contains(2.5), false, false),
            (F("ints") == new[] { 1, 2 }, true, false),
            (F("ints") == new[] { 1.0, 2.0 }, true, false),
            (F("ints") == new[] { 1.0, 2.5 }, false, false),
            (F("ints") == new[] { 1.0, 1e30 }, false, false),
            (F("ints") != Array.Empty<string>(), true, true),
            (F("reals") == new[] { 1.0, 2.5 }, true, false),
            (F("reals") == new[] { (1L << 53) + 1, 2 }, false, false),
            (F("reals").Contains(1), true, false),
            (F("tags").Contains("a"), true, false),
            (!F("tags").Contains("a"), false, true),
            (F("tags").ContainsAny("x", "b"), true, false),
            (F("tags").ContainsAny(), false, false),
            (F("tags").ContainsAll("b", "a"), true, false),
            (F("tags").ContainsAll("b", "x"), false, false),
            (F("tags").ContainsAll(), true, false),
            (F("tags") == new[] { "a", "b" }, true, false),
            (F("tags") == new[] { "b", "a" }, false, false),
            (F("owners").Contains(s_guid), true, false),
            (F("times").Contains(s_instant), true, false),
            (F("times") == new[] { s_instant.ToOffset(TimeSpan.FromHours(5)) }, true, false),
            (F("year").Exists(), true, false),
            (F("year").IsNull(), false, true),
            (F("year") == AttributeValue.Null, false, true),
            (F("year") != AttributeValue.Null, true, false),
            (F("year") < AttributeValue.Null, false, false),
            (F("year") >= AttributeValue.Null, false, false),
            (!(F("year") < AttributeValue.Null), true, true),
            (F("none") == 5, false, false),
            (F("none") != 5, true, true),
            (F("none") == AttributeValue.Null, true, true),
            (F("none") != AttributeValue.Null, false, false),
            (F("none").IsNull(), true, true),
            (F("none").Exists(), false, false),
            (F("none").In("x", AttributeValue.Null), true, true),
            (F("none").In("x", 5), false, false),
            (F("none") < "x", false, false),
            (F("none").StartsWith(""), false, false),
            (F("none").Matches("*"), false, false),
            (F("none").ContainsAll(), false, false),
            (F("none").ContainsAny("x"), false, false),
            (F("year") == 2026 & F("tags").Contains("a"), true, false),
            (F("year") == 2026 & F("tags").Contains("x"), false, false),
            (F("year") == 1 | F("tags").IsNull(), false, true),
            (!(F("year") == 1 | F("tags").IsNull()), true, false),
            ((F("year") == 2026 | F("none") == 1) & !F("none").Exists(), true, false),
        ];
        return cases.Select(test => new TestCaseData(test.Filter, test.Full, test.Empty)
            .SetArgDisplayNames(test.Filter.ToString()));
    }

    [TestCaseSource(nameof(Conditions))]
    public void Translate_Condition_MatchesAsInCSharp(Filter filter, bool full, bool empty)
    {
        Predicate predicate = FilterTranslator.Translate(filter, s_schema);

        Assert.That(PredicateEvaluator.Matches(predicate, new DocumentValues(s_full)), Is.EqualTo(full), "full");
        Assert.That(PredicateEvaluator.Matches(predicate, new DocumentValues(s_empty)), Is.EqualTo(empty), "empty");
    }

    private static IEnumerable<TestCaseData> Mistakes()
    {
        FilterField F(string name) => Filter.Field(name);
        (Filter Filter, string Found, string Expected)[] cases =
        [
            (F("year") == "2026", "String \"2026\"", "type Int64"),
            (F("year") < "2026", "String \"2026\"", "type Int64"),
            (F("year") != true, "Boolean true", "type Int64"),
            (F("year").In(1, "x"), "String \"x\"", "type Int64"),
            (F("year") == new[] { 1 }, "Int64Array [1]", "type Int64"),
            (F("name") == 5, "Int64 5", "type String"),
            (F("name").Contains("x"), "type String", "Matches"),
            (F("year").Contains(1), "type Int64", "an array"),
            (F("year").StartsWith("2"), "type Int64", "type String"),
            (F("tags").StartsWith("2"), "type StringArray", "type String"),
            (F("year").Matches("2"), "type Int64", "type String"),
            (F("tags").Contains(1), "Int64 1", "type String"),
            (F("tags").ContainsAll("a", 1), "Int64 1", "type String"),
            (F("tags").ContainsAny(1.5), "Double 1.5", "type String"),
            (F("tags") == "a", "String \"a\"", "type StringArray"),
            (F("tags") == new[] { 1 }, "Int64Array [1]", "type StringArray"),
            (F("tags") < new[] { "a" }, "type StringArray", "order"),
            (F("tags") < AttributeValue.Null, "type StringArray", "order"),
            (F("at") == 5, "Int64 5", "type Timestamp"),
            (F("owner") == s_guid.ToString(), "String", "type Guid"),
            (F("price") == double.NaN, "Double NaN", "NaN"),
            (F("none") == double.NaN, "Double NaN", "NaN"),
            (F("none") == new[] { double.NaN }, "DoubleArray", "NaN"),
            (F("none") == "\uD800", "String", "Unicode"),
            (F("none") == new[] { "\uD800" }, "StringArray", "Unicode"),
            (F("name").StartsWith("\uD800"), "String", "Unicode"),
            (F("name").Matches("*\uDC00"), "String", "Unicode"),
            (F("none") == 1 & F("year") == "x", "String \"x\"", "type Int64"),
            (F("none").IsNull() | F("year") == "x", "String \"x\"", "type Int64"),
        ];
        return cases.Select((test, i) => new TestCaseData(test.Filter, test.Found, test.Expected)
            .SetArgDisplayNames($"{i}"));
    }

    [TestCaseSource(nameof(Mistakes))]
    public void Translate_ConditionThatDoesNotFit_NamesFoundAndExpected(Filter filter, string found, string expected)
    {
        ArgumentException? refusal = Assert.Throws<ArgumentException>(
            () => FilterTranslator.Translate(filter, s_schema));

        Assert.That(refusal!.Message, Does.Match("on the attribute '[a-z]+': found .+; expected .+\\."));
        Assert.That(refusal.Message, Does.Contain(found).And.Contain(expected));
    }

    [Test]
    public void Translate_WhatIsDecided_IsFolded()
    {
        Filter none = Filter.Field("none") == 1;
        Filter known = Filter.Field("year") == 1;

        Assert.That(IsNothing(none), Is.True);
        Assert.That(IsEverything(!none), Is.True);
        Assert.That(IsNothing(none & known), Is.True);
        Assert.That(IsEverything(!none | known), Is.True);
        Assert.That(IsEverything(!(none & known)), Is.True);
        Assert.That(IsNothing(Filter.Field("year") == AttributeValue.Null & Filter.Field("year").In()), Is.True);
        Assert.That(FilterTranslator.Translate(known | none, s_schema), Is.TypeOf<InPredicate>());
        Assert.That(FilterTranslator.Translate(known & !none, s_schema), Is.TypeOf<InPredicate>());
        Assert.That(IsNothing(known) || IsEverything(known), Is.False);
    }

    [Test]
    public void Translate_DeepestAndWidestFilter_Works()
    {
        Filter filter = Filter.Field("year") == 0;
        while (filter.Depth + 2 <= Filter.MaxDepth)
        {
            filter = !(filter & (Filter.Field("year").In(1, AttributeValue.Null)));
        }

        Assert.That(() => FilterTranslator.Translate(filter, s_schema), Throws.Nothing);
        Assert.That(
            () => FilterTranslator.Translate(
                Filter.Field("year").In([.. Enumerable.Range(0, Filter.MaxValues).Select(i => (AttributeValue)i)]),
                s_schema),
            Throws.Nothing);
    }

    private static bool IsNothing(Filter filter) =>
        FilterTranslator.IsNothing(FilterTranslator.Translate(filter, s_schema));

    private static bool IsEverything(Filter filter) =>
        FilterTranslator.IsEverything(FilterTranslator.Translate(filter, s_schema));

    private readonly struct DocumentValues(Document document) : IAttributeValues
    {
        public ColumnValue GetValue(string name) => document[name].Value;
    }
}

using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class AttributeValueTests
{
    private static readonly Guid s_guid = new("01234567-89ab-cdef-0123-456789abcdef");
    private static readonly DateTimeOffset s_instant = new(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    /// <summary>One value of each type, with what <c>As&lt;object&gt;</c> gives.</summary>
    private static readonly (AttributeValue Value, object Expected)[] s_all =
    [
        (true, true),
        (7, 7L),
        (7.5, 7.5),
        ("text", "text"),
        (s_guid, s_guid),
        (s_instant, s_instant),
        (new byte[] { 1, 2 }, new byte[] { 1, 2 }),
        (new[] { true, false }, new[] { true, false }),
        (new[] { 1L, 2L }, new[] { 1L, 2L }),
        (new[] { 1, 3 }, new[] { 1L, 3L }),
        (new[] { 1.0, 2.0 }, new[] { 1.0, 2.0 }),
        (new[] { "a", "b" }, new[] { "a", "b" }),
        (new[] { s_guid }, new[] { s_guid }),
        (new[] { s_instant }, new[] { s_instant }),
    ];

    [Test]
    public void As_Object_GivesTheValueInItsOwnType()
    {
        foreach ((AttributeValue value, object expected) in s_all)
        {
            Assert.That(value.As<object>(), Is.EqualTo(expected).And.TypeOf(expected.GetType()));
            Assert.That(value.IsNull, Is.False);
        }
    }

    [Test]
    public void Equals_EveryPair_OnlyWithItself()
    {
        for (int i = 0; i < s_all.Length; i++)
        {
            for (int j = 0; j < s_all.Length; j++)
            {
                AttributeValue left = s_all[i].Value;
                AttributeValue right = s_all[j].Value;
                Assert.That(left == right, Is.EqualTo(i == j));
                Assert.That(left != right, Is.EqualTo(i != j));
                Assert.That(left.Equals((object)right), Is.EqualTo(i == j));
            }

            Assert.That(s_all[i].Value, Is.Not.EqualTo(AttributeValue.Null));
        }
    }

    [Test]
    public void Equals_SameContents_AreEqualWithEqualHashes()
    {
        (AttributeValue, AttributeValue)[] pairs =
        [
            (new string('a', 3), "aaa"),
            (0.0, -0.0),
            (s_instant, s_instant.ToUniversalTime()),
            (new[] { "a" }, new[] { "a" }),
            (new[] { 1 }, new[] { 1L }),
            (new byte[] { 9 }, new ReadOnlyMemory<byte>([9])),
            (new[] { s_instant }, new[] { s_instant.ToUniversalTime() }),
            (new DateOnly(2026, 1, 2), new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc)),
            (AttributeValue.Null, default(AttributeValue)),
        ];
        foreach ((AttributeValue left, AttributeValue right) in pairs)
        {
            Assert.That(left, Is.EqualTo(right));
            Assert.That(left.GetHashCode(), Is.EqualTo(right.GetHashCode()));
        }
    }

    [Test]
    public void As_NumberThatFits_Converts()
    {
        AttributeValue seven = 7;

        Assert.That(seven.As<long>(), Is.EqualTo(7L));
        Assert.That(seven.As<long?>(), Is.EqualTo(7L));
        Assert.That(seven.As<int>(), Is.EqualTo(7));
        Assert.That(seven.As<int?>(), Is.EqualTo(7));
        Assert.That(seven.As<short>(), Is.EqualTo(7));
        Assert.That(seven.As<byte>(), Is.EqualTo(7));
        Assert.That(seven.As<double>(), Is.EqualTo(7.0));
        Assert.That(seven.As<float>(), Is.EqualTo(7f));
        Assert.That(((AttributeValue)7.0).As<int>(), Is.EqualTo(7));
        Assert.That(((AttributeValue)0.1f).As<float>(), Is.EqualTo(0.1f));
        Assert.That(((AttributeValue)(-9_223_372_036_854_775_808.0)).As<long>(), Is.EqualTo(long.MinValue));
    }

    [Test]
    public void As_ValueThatDoesNotFit_IsRefused()
    {
        Refuses<int>(1L << 31);
        Refuses<short>(40_000);
        Refuses<byte>(-1);
        Refuses<double>((1L << 53) + 1);
        Refuses<float>((1L << 24) + 1);
        Refuses<long>(7.5);
        Refuses<long>(9_223_372_036_854_775_808.0);
        Refuses<float>(0.1);
        Refuses<string>(7);
        Refuses<long>("7");
        Refuses<bool>(1);
        Refuses<ulong[]>(new[] { 1L });
        Refuses<int[]>(new[] { 1L });
        Refuses<sbyte[]>(new byte[] { 1 });
        Refuses<DateOnly>(s_instant);
        Refuses<DateTimeOffset>(5);
        Refuses<string>(s_guid);
        Refuses<ReadOnlyMemory<byte>>("x");
    }

    [Test]
    public void As_OfNull_IsTheDefaultOfTypesThatHaveNull()
    {
        Assert.That(AttributeValue.Null.As<string>(), Is.Null);
        Assert.That(AttributeValue.Null.As<int?>(), Is.Null);
        Assert.That(AttributeValue.Null.As<long[]>(), Is.Null);
        Assert.That(AttributeValue.Null.As<object>(), Is.Null);
        Refuses<int>(AttributeValue.Null);
        Refuses<Guid>(AttributeValue.Null);
    }

    [Test]
    public void As_Instant_IsUtcInEachForm()
    {
        AttributeValue value = s_instant;

        Assert.That(value.As<DateTimeOffset>().Offset, Is.EqualTo(TimeSpan.Zero));
        Assert.That(value.As<DateTimeOffset>(), Is.EqualTo(s_instant));
        Assert.That(value.As<DateTime>(), Is.EqualTo(s_instant.UtcDateTime));
        Assert.That(value.As<DateTime>().Kind, Is.EqualTo(DateTimeKind.Utc));
        Assert.That(((AttributeValue)new DateOnly(2026, 1, 2)).As<DateOnly?>(), Is.EqualTo(new DateOnly(2026, 1, 2)));
    }

    [Test]
    public void As_ItselfAndBytes_Work()
    {
        AttributeValue bytes = new byte[] { 1, 2 };

        Assert.That(bytes.As<AttributeValue>(), Is.EqualTo(bytes));
        Assert.That(bytes.As<ReadOnlyMemory<byte>>().ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(AttributeValue.Null.As<AttributeValue>(), Is.EqualTo(AttributeValue.Null));
    }

    [Test]
    public void FromDateTime_LocalIsConvertedAndUnspecifiedIsRefused()
    {
        DateTime local = s_instant.LocalDateTime;

        Assert.That(((AttributeValue)local).As<DateTimeOffset>(), Is.EqualTo(s_instant));
        Assert.That(
            () => (AttributeValue)DateTime.SpecifyKind(local, DateTimeKind.Unspecified),
            Throws.ArgumentException.With.Message.Contains("Unspecified"));
    }

    [Test]
    public void FromNull_OfAnyType_IsNull()
    {
        AttributeValue[] nulls =
        [
            (string?)null, (byte[]?)null, (bool[]?)null, (long[]?)null, (int[]?)null, (double[]?)null,
            (string[]?)null, (Guid[]?)null, (DateTimeOffset[]?)null, (bool?)null, (int?)null, (long?)null,
            (double?)null, (Guid?)null, (DateTimeOffset?)null, (DateTime?)null, (DateOnly?)null,
        ];

        Assert.That(nulls, Is.All.EqualTo(AttributeValue.Null));
        Assert.That(((AttributeValue)(int?)5).As<long>(), Is.EqualTo(5));
    }

    [Test]
    public void Detach_Array_IsNoLongerTheCallers()
    {
        string[] array = ["a"];
        AttributeValue detached = ((AttributeValue)array).Detach();

        array[0] = "b";

        Assert.That(detached.As<string[]>(), Is.EqualTo(new[] { "a" }));
    }

    [TestCase("null")]
    [TestCase("[\"a\", \"b\"]", "a", "b")]
    public void ToString_Arrays_ShowElements(string expected, params string[] elements)
    {
        AttributeValue value = elements.Length == 0 ? AttributeValue.Null : elements;

        Assert.That(value.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void ToString_Scalars_AreInvariant()
    {
        Assert.That(((AttributeValue)true).ToString(), Is.EqualTo("true"));
        Assert.That(((AttributeValue)(-1.5)).ToString(), Is.EqualTo("-1.5"));
        Assert.That(((AttributeValue)s_instant).ToString(), Is.EqualTo("2026-03-04T03:06:07.0000000Z"));
        Assert.That(((AttributeValue)new byte[] { 0xAB }).ToString(), Is.EqualTo("0xAB"));
    }

    private static void Refuses<T>(AttributeValue value) =>
        Assert.That(() => value.As<T>(), Throws.TypeOf<InvalidCastException>());
}

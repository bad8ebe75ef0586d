using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class FilterTests
{
    [Test]
    public void ToString_ShowsHowItWasBuilt()
    {
        Filter filter = (Filter.Field("year") >= 2020 & !Filter.Field("tags").Contains("draft")) |
            Filter.Field("a").IsNull();

        Assert.That(filter.ToString(), Is.EqualTo("((year GreaterOrEqual 2020 & !tags Contains draft) | a IsNull)"));
    }

    [Test]
    public void Not_Twice_IsTheFilterItself()
    {
        Filter filter = Filter.Field("a") == 1;

        Assert.That(!!filter, Is.SameAs(filter));
    }

    [Test]
    public void And_LongChain_IsOneLevel()
    {
        Filter filter = Filter.Field("a") == 0;
        for (int i = 1; i < Filter.MaxConditions; i++)
        {
            filter &= Filter.Field("a") == i;
        }

        Assert.That(filter.Depth, Is.EqualTo(2));
        Assert.That(
            () => filter & (Filter.Field("a") == 0),
            Throws.ArgumentException.With.Message.Contains("1025 conditions").And.Message.Contains("at most 1024"));
    }

    [Test]
    public void Nesting_BeyondTheLimit_IsRefused()
    {
        Filter filter = Filter.Field("a") == 0;
        while (filter.Depth < Filter.MaxDepth)
        {
            filter = filter.Depth % 2 == 0
                ? filter & (Filter.Field("b") == 1)
                : filter | (Filter.Field("b") == 1);
        }

        Assert.That(() => !filter, Throws.ArgumentException.With.Message.Contains("65 levels"));
    }

    [Test]
    public void In_BeyondTheLimit_IsRefused()
    {
        var values = new AttributeValue[Filter.MaxValues];

        Assert.That(Filter.Field("a").In(values).ValueCount, Is.EqualTo(Filter.MaxValues));
        Assert.That(() => Filter.Field("a").In([.. values, 1]), Throws.ArgumentException);
    }

    [Test]
    public void Field_BadName_IsRefused()
    {
        Assert.That(() => Filter.Field(""), Throws.ArgumentException);
        Assert.That(() => Filter.Field("a\uD800"), Throws.ArgumentException);
    }

    [Test]
    public void Field_LongestName_IsAllowedAndOneMoreIsNot()
    {
        Assert.That(Filter.Field(new string('a', 128)).ToString(), Has.Length.EqualTo(128));
        Assert.That(() => Filter.Field(new string('a', 129)), Throws.ArgumentException.With.Message.Contains("129"));
        Assert.That(() => Filter.Field(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void DefaultField_CannotMakeACondition()
    {
        Assert.That(() => default(FilterField) == 1, Throws.InvalidOperationException);
    }

    [Test]
    public void Contains_Null_IsRefused()
    {
        Assert.That(() => Filter.Field("a").Contains(AttributeValue.Null), Throws.ArgumentException);
        Assert.That(() => Filter.Field("a").ContainsAny("a", AttributeValue.Null), Throws.ArgumentException);
        Assert.That(() => Filter.Field("a").ContainsAll(AttributeValue.Null), Throws.ArgumentException);
    }

    [Test]
    public void Text_NullOrTooLong_IsRefused()
    {
        Assert.That(() => Filter.Field("a").StartsWith(null!), Throws.ArgumentNullException);
        Assert.That(() => Filter.Field("a").Matches(new string('*', 1_025)), Throws.ArgumentException);
    }

    [Test]
    public void FilterField_EqualsByName()
    {
        Assert.That(Filter.Field("a").Equals((object)Filter.Field("a")), Is.True);
        Assert.That(Filter.Field("a").Equals((object)Filter.Field("b")), Is.False);
        Assert.That(Filter.Field("a").GetHashCode(), Is.EqualTo(Filter.Field("a").GetHashCode()));
    }

    [Test]
    public void Operators_NullOperand_IsRefused()
    {
        Filter filter = Filter.Field("a") == 1;

        Assert.That(() => filter & null!, Throws.ArgumentNullException);
        Assert.That(() => null! | filter, Throws.ArgumentNullException);
        Assert.That(() => !(Filter)null!, Throws.ArgumentNullException);
    }
}

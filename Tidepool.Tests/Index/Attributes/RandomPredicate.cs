using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>A predicate with a second, independent statement of what it means.</summary>
/// <param name="Predicate">As the evaluator takes it.</param>
/// <param name="IsMatch">What it means, given the value of a field.</param>
/// <param name="Text">For messages.</param>
internal sealed record RandomPredicate(Predicate Predicate, Func<Func<string, ColumnValue>, bool> IsMatch, string Text)
{
    private static readonly string[] s_patterns =
    [
        "*", "", "a*", "*a", "*a*", "a*b", "?", "??", "a?", "?*", "s1*", "*😀*", "a\\*b", "*\\", "t*g?", "\\?", "*\0*",
        "*b*d*f*", "*a?c*", "*😀?",
    ];

    internal static RandomPredicate Create(RandomValues values, int depth)
    {
        if (depth == 0 || values.Random.Next(3) == 0)
        {
            return CreateLeaf(values);
        }

        int kind = values.Random.Next(3);
        RandomPredicate[] parts =
            [.. Enumerable.Range(0, kind == 2 ? 1 : values.Random.Next(4)).Select(_ => Create(values, depth - 1))];
        Predicate[] predicates = [.. parts.Select(part => part.Predicate)];
        string text = string.Join(", ", parts.Select(part => part.Text));
        return kind switch
        {
            0 => new(Predicate.And(predicates), row => parts.All(part => part.IsMatch(row)), $"and({text})"),
            1 => new(Predicate.Or(predicates), row => parts.Any(part => part.IsMatch(row)), $"or({text})"),
            _ => new(Predicate.Not(predicates[0]), row => !parts[0].IsMatch(row), $"not({text})"),
        };
    }

    private static RandomPredicate CreateLeaf(RandomValues values)
    {
        ColumnType type = values.NextType();
        string field = values.Random.Next(20) == 0 ? "missing" : type.ToString();
        ColumnType operandType = values.Random.Next(4) switch
        {
            0 => type == ColumnType.Int64 ? ColumnType.Double : type == ColumnType.Double ? ColumnType.Int64 : type,
            1 when values.Random.Next(4) == 0 => values.NextType(),
            _ => type,
        };
        ColumnValue operand = values.Next(operandType);
        ColumnValue[] operands =
            [.. Enumerable.Range(0, values.Random.Next(20)).Select(_ => values.Next(operandType)), operand];
        return values.Random.Next(14) switch
        {
            0 => Leaf(Predicate.Equal(field, operand), value => AreEqual(value, operand), $"== {operand}"),
            1 => Leaf(Predicate.NotEqual(field, operand), value => !AreEqual(value, operand), $"!= {operand}"),
            2 => Leaf(Predicate.Less(field, operand), value => Compare(value, operand) < 0, $"< {operand}"),
            3 => Leaf(Predicate.LessOrEqual(field, operand), value => Compare(value, operand) <= 0, $"<= {operand}"),
            4 => Leaf(Predicate.Greater(field, operand), value => Compare(value, operand) > 0, $"> {operand}"),
            5 => Leaf(Predicate.GreaterOrEqual(field, operand), value => Compare(value, operand) >= 0, $">= {operand}"),
            6 => CreateIn([.. operands, .. values.Random.Next(3) == 0 ? [ColumnValue.Null] : (ColumnValue[])[]]),
            7 => CreateIn([operand]),
            8 or 9 or 10 => CreateContains(),
            11 => CreateText(),
            12 => Leaf(Predicate.Exists(field), value => !value.IsNull, "exists"),
            _ => Leaf(Predicate.IsNull(field), value => value.IsNull, "is null"),
        };

        RandomPredicate Leaf(Predicate predicate, Func<ColumnValue, bool> isMatch, string text) =>
            new(predicate, row => isMatch(row(field)), $"{field} {text}");

        RandomPredicate CreateIn(ColumnValue[] set) => Leaf(
            Predicate.In(field, set),
            value => set.Any(item => AreEqual(value, item)),
            $"in ({string.Join(", ", set)})");

        RandomPredicate CreateContains()
        {
            bool isAll = values.Random.Next(2) == 0;
            ColumnType elementType = operandType.IsArray() ? operandType.ElementType() : operandType;
            field = operandType.IsArray() && field != "missing" ? operandType.ToString() : field;
            ColumnValue[] set =
                [.. Enumerable.Range(0, values.Random.Next(isAll ? 3 : 12)).Select(_ => values.Next(elementType))];
            return Leaf(
                isAll ? Predicate.ContainsAll(field, set) : Predicate.ContainsAny(field, set),
                value => value.Type.IsArray()
                    && (isAll ? set.All(item => Has(value, item)) : set.Any(item => Has(value, item))),
                $"contains {(isAll ? "all" : "any")} ({string.Join(", ", set)})");
        }

        RandomPredicate CreateText()
        {
            field = values.Random.Next(4) == 0 ? field : nameof(ColumnType.String);
            string text = values.NextString();
            if (values.Random.Next(2) == 0)
            {
                byte[] prefix = Encoding.UTF8.GetBytes(text);
                return Leaf(
                    Predicate.StartsWith(field, text),
                    value => value.Type == ColumnType.String && Utf8(value).AsSpan().StartsWith(prefix),
                    $"starts with \"{text}\"");
            }

            string pattern = values.Random.Next(3) == 0 ? $"{text}*{values.NextString()}"
                : s_patterns[values.Random.Next(s_patterns.Length)];
            Regex regex = GlobRegex(pattern);
            return Leaf(
                Predicate.Glob(field, pattern),
                value => value.Type == ColumnType.String && regex.IsMatch(value.AsString()),
                $"like \"{pattern}\"");
        }
    }

    /// <summary>A pattern as a regular expression.</summary>
    internal static Regex GlobRegex(string pattern)
    {
        var regex = new StringBuilder("\\A(?:");
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append("(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])");
                    break;
                default:
                    i += pattern[i] == '\\' && i + 1 < pattern.Length ? 1 : 0;
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return new Regex(regex.Append(")\\z").ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    private static bool Has(ColumnValue array, ColumnValue element) =>
        Enumerable.Range(0, array.ElementCount).Any(i => AreEqual(array.GetElement(i), element));

    private static bool AreEqual(ColumnValue left, ColumnValue right)
    {
        if (left.IsNull || right.IsNull)
        {
            return left.IsNull && right.IsNull;
        }

        if (left.Type.IsArray() && left.Type == right.Type)
        {
            return left.ElementCount == right.ElementCount && Enumerable.Range(0, left.ElementCount)
                .All(i => AreEqual(left.GetElement(i), right.GetElement(i)));
        }

        return Compare(left, right) == 0;
    }

    /// <summary>Null where there is no order: no comparison with null is true.</summary>
    private static int? Compare(ColumnValue left, ColumnValue right) => (left.Type, right.Type) switch
    {
        (ColumnType.Int64 or ColumnType.Double, ColumnType.Int64 or ColumnType.Double) => CompareNumbers(left, right),
        _ when left.Type != right.Type || left.Type.IsArray() => null,
        (ColumnType.Boolean, _) => left.AsBoolean().CompareTo(right.AsBoolean()),
        (ColumnType.Timestamp, _) => left.AsTimestamp().CompareTo(right.AsTimestamp()),
        (ColumnType.Guid, _) => string.CompareOrdinal(left.AsGuid().ToString("N"), right.AsGuid().ToString("N")),
        (ColumnType.String, _) => Utf8(left).AsSpan().SequenceCompareTo(Utf8(right)),
        (ColumnType.Bytes, _) => left.AsBytes().AsSpan().SequenceCompareTo(right.AsBytes()),
        _ => null,
    };

    private static int? CompareNumbers(ColumnValue left, ColumnValue right)
    {
        foreach (ColumnValue value in (ColumnValue[])[left, right])
        {
            if (value.Type == ColumnType.Double && double.IsNaN(value.AsDouble()))
            {
                return null;
            }
        }

        return Scaled(left).CompareTo(Scaled(right));
    }

    /// <summary>The number times 2 to the 1,200th, which is an integer for every finite double.</summary>
    private static BigInteger Scaled(ColumnValue value)
    {
        if (value.Type == ColumnType.Int64)
        {
            return (BigInteger)value.AsInt64() << 1_200;
        }

        double number = value.AsDouble();
        if (double.IsInfinity(number))
        {
            return Math.Sign(number) * (BigInteger.One << 4_000);
        }

        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        BigInteger magnitude = (BigInteger)mantissa << (Math.Max(exponent, 1) - 1_075 + 1_200);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static byte[] Utf8(ColumnValue value) => Encoding.UTF8.GetBytes(value.AsString());
}

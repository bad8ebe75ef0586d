namespace Tidepool.Index.Attributes;

/// <summary>What filters mean by equal and less: the definition that the column scans are held to.</summary>
/// <remarks>
/// Null equals null only, and has no order. Numbers compare by their exact value whatever their types, as IEEE 754
/// says: NaN neither equals nor is ordered against anything. Strings (as UTF-8) and bytes compare by byte, Guids by
/// byte as written, instants by time, false before true. Arrays equal arrays of the same type with equal elements
/// and have no order. Values of other pairs of types are not equal and have no order.
/// </remarks>
internal static class ValueOrder
{
    private const double TwoToThe63 = 9_223_372_036_854_775_808.0;

    internal static bool AreEqual(in ColumnValue left, in ColumnValue right)
    {
        if (left.Type != right.Type)
        {
            return left.Type.IsNumber() && right.Type.IsNumber()
                && TryCompare(left, right, out int order) && order == 0;
        }

        return left.Type switch
        {
            ColumnType.Double => left.AsDouble() == right.AsDouble(),
            ColumnType.DoubleArray => AreEqual(left.AsArray<double>(), right.AsArray<double>()),
            _ => left.Equals(right),
        };
    }

    /// <summary>The order of two values: negative, 0 or positive; false when they have none.</summary>
    internal static bool TryCompare(in ColumnValue left, in ColumnValue right, out int order)
    {
        order = 0;
        switch (left.Type, right.Type)
        {
            case (ColumnType.Boolean, ColumnType.Boolean):
                order = left.AsBoolean().CompareTo(right.AsBoolean());
                return true;
            case (ColumnType.Int64, ColumnType.Int64):
                order = left.AsInt64().CompareTo(right.AsInt64());
                return true;
            case (ColumnType.Int64, ColumnType.Double):
                return TryCompare(left.AsInt64(), right.AsDouble(), out order);
            case (ColumnType.Double, ColumnType.Int64):
                bool isOrdered = TryCompare(right.AsInt64(), left.AsDouble(), out order);
                order = -order;
                return isOrdered;
            case (ColumnType.Double, ColumnType.Double):
                order = left.AsDouble().CompareTo(right.AsDouble());
                return !double.IsNaN(left.AsDouble()) && !double.IsNaN(right.AsDouble());
            case (ColumnType.Timestamp, ColumnType.Timestamp):
                order = left.AsTimestamp().CompareTo(right.AsTimestamp());
                return true;
            case (ColumnType.Guid, ColumnType.Guid):
                order = left.AsGuidNumber().CompareTo(right.AsGuidNumber());
                return true;
            case (ColumnType.String, ColumnType.String):
                order = CompareAsUtf8(left.AsString(), right.AsString());
                return true;
            case (ColumnType.Bytes, ColumnType.Bytes):
                order = left.AsBytes().AsSpan().SequenceCompareTo(right.AsBytes());
                return true;
            default:
                return false;
        }
    }

    /// <summary>The exact order of an integer and a double; false for NaN.</summary>
    internal static bool TryCompare(long left, double right, out int order)
    {
        if (double.IsNaN(right))
        {
            order = 0;
            return false;
        }

        if (right >= TwoToThe63)
        {
            order = -1;
        }
        else if (right < -TwoToThe63)
        {
            order = 1;
        }
        else
        {
            long whole = (long)right; // Exact towards zero: right is in range here.
            order = left != whole ? left.CompareTo(whole) : 0.0.CompareTo(right - whole);
        }

        return true;
    }

    /// <summary>The order of the strings' UTF-8 bytes: that of code points, not that of UTF-16 units.</summary>
    internal static int CompareAsUtf8(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        return common < left.Length && common < right.Length
            ? RankOf(left[common]).CompareTo(RankOf(right[common]))
            : left.Length.CompareTo(right.Length);
    }

    // Surrogates stand for code points above U+FFFF, so they rank behind U+E000 to U+FFFF.
    private static int RankOf(char unit) => unit switch
    {
        >= '\uE000' => unit - 0x800,
        >= '\uD800' => unit + 0x2000,
        _ => unit,
    };

    private static bool AreEqual(double[] left, double[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
